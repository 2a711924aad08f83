package io.freehold.stress;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Threads that free and allocate blocks of very different sizes in bursts, and push every
 * second burst to their neighbour. The larger a size the rarer it is.
 */
final class Rptest implements StressWorkload {

	private static final int LOOPS = 3_600;

	private static final int SLOTS = 4_000;

	private static final int MIN_SIZE = 8;

	private static final int MAX_SIZE = 16_000;

	private static final int[] FREES = { 37, 100, 5, 81, 64, 120, 13, 99 };

	private static final int[] ALLOCATIONS = { 90, 11, 100, 71, 128, 29, 60 };

	private static final int[] ALIGNMENTS = { 1, 8, 16 };

	private static final int PRIME = 7919;

	@Override
	public void run(StressRun run) throws InterruptedException {
		AtomicReferenceArray<@Nullable Batch> inboxes = new AtomicReferenceArray<>(run.threads());
		for (int i = 0; i < run.threads(); i++) {
			int thread = i;
			run.start(() -> work(run, thread, inboxes));
		}
		run.crew().join();
		for (int i = 0; i < run.threads(); i++) {
			free(run, inboxes.getAndSet(i, null));
		}
	}

	private static void work(StressRun run, int thread, AtomicReferenceArray<@Nullable Batch> inboxes) {
		SplittableRandom random = run.random(thread);
		@Nullable Block[] slots = new @Nullable Block[run.share(SLOTS)];
		int loops = run.share(LOOPS * run.factor());
		int freed = 0;
		int taken = 0;
		for (int loop = 0; loop < loops; loop++) {
			for (int i = FREES[loop % FREES.length]; i > 0; i--) {
				freed = (freed + PRIME) % slots.length;
				free(run, slots, freed);
			}
			free(run, inboxes.getAndSet(thread, null));
			for (int i = ALLOCATIONS[loop % ALLOCATIONS.length]; i > 0; i--) {
				taken = (taken + PRIME) % slots.length;
				free(run, slots, taken);
				slots[taken] = allocate(run, i, random);
			}
			if (loop % 2 == 1) {
				Block[] blocks = new Block[ALLOCATIONS[loop % ALLOCATIONS.length]];
				for (int i = 0; i < blocks.length; i++) {
					blocks[i] = allocate(run, i, random);
				}
				push(inboxes, (thread + 1) % run.threads(), blocks);
			}
			run.crew().checkpoint();
		}
		for (int i = 0; i < slots.length; i++) {
			free(run, slots, i);
		}
	}

	private static Block allocate(StressRun run, int index, SplittableRandom random) {
		double falling = Math.abs(random.nextDouble() + random.nextDouble() - 1);
		long size = MIN_SIZE + (long) ((MAX_SIZE - MIN_SIZE) * falling);
		return run.allocate(size, (size < 4096) ? ALIGNMENTS[index % ALIGNMENTS.length] : 1, random);
	}

	private static void push(AtomicReferenceArray<@Nullable Batch> inboxes, int to, Block[] blocks) {
		Batch first;
		Batch pushed;
		do {
			first = inboxes.get(to);
			pushed = new Batch(blocks, first);
		}
		while (!inboxes.compareAndSet(to, first, pushed));
	}

	private static void free(StressRun run, @Nullable Block[] slots, int slot) {
		Block block = slots[slot];
		if (block != null) {
			run.free(block);
			slots[slot] = null;
		}
	}

	private static void free(StressRun run, @Nullable Batch batches) {
		for (Batch batch = batches; batch != null; batch = batch.next()) {
			for (Block block : batch.blocks()) {
				run.free(block);
			}
		}
	}

	@SuppressWarnings("ArrayRecordComponent")
	private record Batch(Block[] blocks, @Nullable Batch next) {

	}

}
