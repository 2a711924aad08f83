package io.freehold.pages;

/**
 * All that is known of one block, in one {@code long}, so that a single compare-and-set
 * checks and changes it.
 */
public final class BlockWord {

	/*
	 * From the lowest bit: 2 bits of state, 5 bits for the logarithm of the alignment, 24
	 * bits of size in bytes, 33 bits of owner. A place that never was a block since its
	 * extent came to be has 0, one that was freed has FREED and nothing else.
	 */

	/** The owner of blocks that belong to nobody in particular. */
	public static final long NO_OWNER = 0;

	/** Sizes and alignments must be less than this. */
	public static final long SIZE_LIMIT = 1L << 24;

	static final long NEVER = 0;

	static final long FREED = 1;

	private static final long LIVE = 2;

	static final long CLAIMED = 3;

	private static final long STATE_MASK = 3;

	private static final int ALIGNMENT_SHIFT = 2;

	private static final int SIZE_SHIFT = 7;

	private static final int OWNER_SHIFT = 31;

	/** One more than the largest owner. */
	public static final long OWNER_LIMIT = 1L << (Long.SIZE - OWNER_SHIFT);

	private BlockWord() {
	}

	/**
	 * Returns the word of a huge block that is live again after it was claimed; see
	 * {@link HugeBlock}.
	 */
	static long nextLive(long claimed) {
		return (claimed | STATE_MASK) + LIVE + 1;
	}

	/**
	 * Returns the word of a live block.
	 * @param size less than {@link #SIZE_LIMIT}
	 * @param alignment a power of two less than {@link #SIZE_LIMIT}
	 */
	public static long live(long size, long alignment, long owner) {
		return owner << OWNER_SHIFT | size << SIZE_SHIFT
				| (long) Long.numberOfTrailingZeros(alignment) << ALIGNMENT_SHIFT | LIVE;
	}

	/**
	 * Returns the word of a block that is live but spoken for: somebody is resizing it.
	 */
	public static long claimed(long live) {
		return live | CLAIMED;
	}

	public static boolean isLive(long word) {
		return (word & STATE_MASK) == LIVE;
	}

	public static boolean isClaimed(long word) {
		return (word & STATE_MASK) == CLAIMED;
	}

	/** Returns whether a block is there, be it live or claimed. */
	public static boolean isBlock(long word) {
		return (word & LIVE) != 0;
	}

	public static boolean isFreed(long word) {
		return word == FREED;
	}

	public static long size(long word) {
		return (word >>> SIZE_SHIFT) & (SIZE_LIMIT - 1);
	}

	public static long alignment(long word) {
		return 1L << ((word >>> ALIGNMENT_SHIFT) & 31);
	}

	public static long owner(long word) {
		return word >>> OWNER_SHIFT;
	}

}
