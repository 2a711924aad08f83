package io.freehold.benchmarks;

import java.util.SplittableRandom;

/**
 * Numbers drawn before anything is measured, the same for every contender.
 */
final class Draws {

	/** How many there are; a power of two, so that a mask makes the index wrap. */
	static final int COUNT = 1 << 16;

	static final int MASK = COUNT - 1;

	private static final long SEED = 4141;

	private Draws() {
	}

	/**
	 * Returns sizes between two bounds, both included, each doubling being as likely as
	 * any other.
	 */
	static int[] logUniformSizes(int min, int max) {
		SplittableRandom random = new SplittableRandom(SEED);
		int[] sizes = new int[COUNT];
		for (int i = 0; i < COUNT; i++) {
			sizes[i] = (int) Math.round(min * Math.pow((double) max / min, random.nextDouble()));
		}
		return sizes;
	}

	/**
	 * Returns numbers from one bound, included, to another, excluded. Different bounds
	 * make independent numbers.
	 */
	static int[] uniform(int origin, int bound) {
		return new SplittableRandom(SEED + bound).ints(COUNT, origin, bound).toArray();
	}

}
