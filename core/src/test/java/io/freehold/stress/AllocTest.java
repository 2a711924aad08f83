package io.freehold.stress;

import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * Some blocks live shortly and others long: the slots that are used most are the fewest,
 * by the rule of 80 to 20 applied six times. A used slot is emptied, an empty one filled.
 * Sizes are small, half as often for each doubling.
 */
final class AllocTest implements StressWorkload {

	/** How often the slots of each region are used, and backwards how many they are. */
	private static final double[] SHARES = { 0.262144, 0.393216, 0.24576, 0.08192, 0.01536, 0.001536, 0.000064 };

	private static final int SLOTS = 1 << 16;

	private static final int OPERATIONS = 6_000_000;

	@Override
	public void run(StressRun run) throws InterruptedException {
		for (int i = 0; i < run.threads(); i++) {
			SplittableRandom random = run.random(i);
			run.start(() -> work(run, random));
		}
		run.crew().join();
	}

	private static void work(StressRun run, SplittableRandom random) {
		@Nullable Block[] blocks = new @Nullable Block[run.share(SLOTS)];
		for (int i = 0; i < blocks.length; i += 2) {
			blocks[i] = allocate(run, random);
		}
		int operations = run.share(OPERATIONS * run.factor());
		for (int i = 0; i < operations; i++) {
			int slot = slot(blocks.length, random);
			Block block = blocks[slot];
			if (block != null) {
				run.free(block);
				blocks[slot] = null;
			}
			else {
				blocks[slot] = allocate(run, random);
			}
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

	private static int slot(int slots, SplittableRandom random) {
		double draw = random.nextDouble();
		double begin = 0;
		int region = 0;
		while (region < SHARES.length - 1 && draw >= SHARES[region]) {
			draw -= SHARES[region];
			begin += SHARES[SHARES.length - 1 - region];
			region++;
		}
		double place = begin + random.nextDouble() * SHARES[SHARES.length - 1 - region];
		return Math.min(slots - 1, (int) (place * slots));
	}

	private static Block allocate(StressRun run, SplittableRandom random) {
		int magnitude = Integer.numberOfTrailingZeros(random.nextInt(128) + 1) + 2;
		return run.allocate(random.nextLong(1L << magnitude) + 1 + (1L << magnitude), 8, random);
	}

}
