package io.freehold.stress;

/**
 * What can be set from outside.
 */
public final class StressSettings {

	/** Multiplies the number of operations; 1 by default. */
	public static final String FACTOR = "freehold.stress.factor";

	/** The seed of all random numbers; another one each time by default. */
	public static final String SEED = "freehold.stress.seed";

	private StressSettings() {
	}

	/**
	 * Returns how many times the short amount of work is to be done.
	 * @return the factor, positive
	 */
	public static int factor() {
		int factor = Integer.getInteger(FACTOR, 1);
		if (factor < 1) {
			throw new IllegalArgumentException(FACTOR + " must be positive: " + factor);
		}
		return factor;
	}

	/**
	 * Returns the seed to use.
	 * @return the one that was set, or a new one
	 */
	public static long seed() {
		return Long.getLong(SEED, System.nanoTime());
	}

	/**
	 * Tells how a test that used a seed can be repeated.
	 * @param seed the seed
	 * @return the options to set
	 */
	public static String repeatWith(long seed) {
		return "repeat with -D" + SEED + "=" + seed + " -D" + FACTOR + "=" + factor();
	}

}
