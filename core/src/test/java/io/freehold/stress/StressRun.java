package io.freehold.stress;

import java.util.SplittableRandom;

import io.freehold.spi.GlobalAlloc;

/**
 * What a workload works with.
 *
 * @param alloc the backend under test
 * @param kind on what threads to run
 * @param crew starts them
 * @param seed where all random numbers come from
 * @param factor how many times the short amount of work to do
 */
record StressRun(GlobalAlloc alloc, ThreadKind kind, Crew crew, long seed, int factor) {

	/** Returns how many threads to run at a time. */
	int threads() {
		return this.kind.threads();
	}

	/** Returns the part of one thread in a total number, at least one. */
	int share(int total) {
		return Math.max(1, total / threads());
	}

	/** Returns the random numbers of one thread, the same for the same seed. */
	SplittableRandom random(long thread) {
		return new SplittableRandom(this.seed * 0x9e3779b97f4a7c15L + thread);
	}

	/** Starts a thread. */
	void start(Crew.Task task) {
		this.crew.start(this.kind, task);
	}

	/** Allocates a block with a content of its own. */
	Block allocate(long size, long alignment, SplittableRandom random) {
		return Block.allocate(this.alloc, size, alignment, random.nextLong());
	}

	/** Allocates a block with a content of its own that came zeroed. */
	Block allocateZeroed(long size, long alignment, SplittableRandom random) {
		return Block.allocateZeroed(this.alloc, size, alignment, random.nextLong());
	}

	/** Verifies and frees a block. */
	void free(Block block) {
		block.free(this.alloc);
	}

}
