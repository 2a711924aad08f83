package io.freehold.internal;

/**
 * Checks on the sizes of a block that is to be resized.
 */
public final class Sizes {

	private Sizes() {
	}

	public static void requireGrowth(long oldSize, long newSize) {
		if (newSize < oldSize) {
			throw new IllegalArgumentException(
					"`newLayout.size()` must be greater than or equal to `oldLayout.size()`: " + newSize + " < "
							+ oldSize);
		}
	}

	public static void requireShrinkage(long oldSize, long newSize) {
		if (newSize > oldSize) {
			throw new IllegalArgumentException(
					"`newLayout.size()` must be smaller than or equal to `oldLayout.size()`: " + newSize + " > "
							+ oldSize);
		}
	}

}
