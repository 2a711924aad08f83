package io.freehold.pool;

import io.freehold.pages.ExtentMap;

/**
 * The sizes that small blocks are rounded up to: multiples of 16 up to 256 bytes, from
 * there on eight between one power of two and the next. Above 64 bytes less than an
 * eighth of a block goes to waste, plus what makes 16.
 *
 * <p>
 * A class size is a multiple of every power of two that a size was rounded up to before:
 * rounding a size up to its alignment is all that it takes to serve the alignment.
 */
final class SizeClass {

	/** The largest size of a small block in bytes. */
	static final int MAX_SIZE = 32 << 10;

	/** How many classes there are. */
	static final int COUNT = 72;

	private static final int LINEAR_BITS = 7;

	private static final int STEP_BITS = 3;

	private static final int MAX_SLICES = 8;

	private static final int MIN_BLOCKS = 8;

	private SizeClass() {
	}

	/**
	 * Returns the class of a size.
	 * @param size in bytes, from 1 to {@link #MAX_SIZE}
	 */
	static int of(long size) {
		long last = size - 1;
		int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(last | (1 << LINEAR_BITS));
		return ((exponent - LINEAR_BITS) << STEP_BITS) + (int) (last >>> (exponent - STEP_BITS));
	}

	/** Returns the size of the blocks of a class in bytes. */
	static int size(int sizeClass) {
		int group = Math.max(0, (sizeClass >>> STEP_BITS) - 1);
		return (sizeClass - (group << STEP_BITS) + 1) << (LINEAR_BITS - STEP_BITS + group);
	}

	/**
	 * Returns how many slices a slab of a class takes: as few as hold eight blocks and
	 * waste no more than a sixteenth, or the number up to 8 that wastes least.
	 */
	static int slices(int sizeClass) {
		int size = size(sizeClass);
		int best = 0;
		double leastWaste = 1;
		for (int slices = 1; slices <= MAX_SLICES; slices++) {
			int length = slices * ExtentMap.SLICE_SIZE;
			double waste = (double) (length % size) / length;
			if (length / size >= MIN_BLOCKS && waste < leastWaste) {
				best = slices;
				leastWaste = waste;
				if (waste <= 1.0 / 16) {
					break;
				}
			}
		}
		return best;
	}

	/**
	 * Returns how many free blocks a magazine of a class holds at first: up to 4, and 4
	 * KiB, but no less than 1.
	 */
	static int firstRounds(int sizeClass) {
		return Math.clamp((4 << 10) / size(sizeClass), 1, 4);
	}

	/**
	 * Returns how many free blocks a magazine of a class holds at most: up to 128, and 32
	 * KiB, but no less than 4.
	 */
	static int rounds(int sizeClass) {
		return Math.clamp(MAX_SIZE / size(sizeClass), 4, 128);
	}

}
