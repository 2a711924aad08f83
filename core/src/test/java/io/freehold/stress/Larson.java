package io.freehold.stress;

import java.util.SplittableRandom;

/**
 * A server whose requests begin on one thread and end on another: each thread replaces
 * random blocks of its array, then starts a successor on the same array and dies. At
 * first the blocks of all arrays come from one thread, shuffled.
 */
final class Larson implements StressWorkload {

	private static final int BLOCKS = 8_000;

	private static final int GENERATIONS = 80;

	private static final int REPLACEMENTS = 24_000;

	@Override
	public void run(StressRun run) throws InterruptedException {
		SplittableRandom random = run.random(0);
		Block[] all = new Block[BLOCKS];
		for (int i = 0; i < all.length; i++) {
			all[i] = allocate(run, random);
		}
		for (int i = all.length - 1; i > 0; i--) {
			int other = random.nextInt(i + 1);
			Block block = all[i];
			all[i] = all[other];
			all[other] = block;
		}
		replace(run, all, 4 * all.length, random);
		int share = run.share(BLOCKS);
		for (int i = 0; i < run.threads(); i++) {
			Block[] blocks = new Block[share];
			System.arraycopy(all, i * share, blocks, 0, share);
			int thread = i;
			run.start(() -> live(run, blocks, thread, GENERATIONS * run.factor()));
		}
		run.crew().join();
	}

	private static void live(StressRun run, Block[] blocks, int thread, int generations) {
		SplittableRandom random = run.random(1L + thread + (long) generations * run.threads());
		replace(run, blocks, run.share(REPLACEMENTS), random);
		if (generations > 1) {
			run.start(() -> live(run, blocks, thread, generations - 1));
		}
		else {
			for (Block block : blocks) {
				run.free(block);
			}
		}
	}

	private static void replace(StressRun run, Block[] blocks, int times, SplittableRandom random) {
		for (int i = 0; i < times; i++) {
			int slot = random.nextInt(blocks.length);
			run.free(blocks[slot]);
			blocks[slot] = allocate(run, random);
			if (i % 64 == 0) {
				run.crew().checkpoint();
			}
		}
	}

	private static Block allocate(StressRun run, SplittableRandom random) {
		return run.allocate(random.nextLong(8, 1000), 8, random);
	}

}
