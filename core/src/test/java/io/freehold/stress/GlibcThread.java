package io.freehold.stress;

import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * Threads that share nothing: each replaces blocks of its own at random places, with
 * sizes whose frequency falls with their square.
 */
final class GlibcThread implements StressWorkload {

	private static final int OPERATIONS = 5_000_000;

	private static final int SLOTS = 1024;

	private static final double MIN_SIZE = 4;

	private static final double MAX_SIZE = 32_768;

	@Override
	public void run(StressRun run) throws InterruptedException {
		for (int i = 0; i < run.threads(); i++) {
			SplittableRandom random = run.random(i);
			run.start(() -> work(run, random));
		}
		run.crew().join();
	}

	private static void work(StressRun run, SplittableRandom random) {
		int[] sizes = new int[8000];
		for (int i = 0; i < sizes.length; i++) {
			sizes[i] = (int) (1 / ((1 / MAX_SIZE - 1 / MIN_SIZE) * random.nextDouble() + 1 / MIN_SIZE));
		}
		int[] places = random.ints(4096, 0, SLOTS).toArray();
		@Nullable Block[] blocks = new @Nullable Block[SLOTS];
		int operations = run.share(OPERATIONS * run.factor());
		for (int i = 0; i < operations; i++) {
			int slot = places[i % places.length];
			Block old = blocks[slot];
			if (old != null) {
				run.free(old);
			}
			blocks[slot] = run.allocate(sizes[i % sizes.length], 1, random);
			if (i % 64 == 0) {
				run.crew().checkpoint();
			}
		}
		for (Block block : blocks) {
			if (block != null) {
				run.free(block);
			}
		}
	}

}
