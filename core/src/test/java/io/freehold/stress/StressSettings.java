package io.freehold.stress;

/**
 * What can be set from outside.
 */
public final class StressSettings {

	/** Multiplies the number of operations; 1 by default. */
	public static final String FACTOR = "freehold.stress.factor";

	/** The seed of all random numbers; another one each time by default. */
	public static final String SEED = "freehold.stress.seed";

	/** With more the number of operations of a workload would not be an int any more. */
	private static final int MAX_FACTOR = 300;

	private StressSettings() {
	}

	/**
	 * Returns how many times the short amount of work is to be done.
	 * @return the factor, from 1 to 300
	 */
	public static int factor() {
		int factor = Integer.getInteger(FACTOR, 1);
		if (factor < 1 || factor > MAX_FACTOR) {
			throw new IllegalArgumentException(FACTOR + " must be from 1 to " + MAX_FACTOR + ": " + factor);
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
