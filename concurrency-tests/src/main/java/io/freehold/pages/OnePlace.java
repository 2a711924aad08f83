package io.freehold.pages;

/**
 * An extent with a single place, as long as a slice.
 */
final class OnePlace extends Extent {

	static final long LIVE = BlockWord.live(8, 8, BlockWord.NO_OWNER);

	static final long OTHER = BlockWord.live(16, 8, BlockWord.NO_OWNER);

	OnePlace() {
		this(ExtentMap.SLICE_SIZE);
	}

	OnePlace(long base) {
		super(base, ExtentMap.SLICE_SIZE, ExtentMap.SLICE_SIZE);
	}

	/** Returns an extent the block of which is live. */
	static OnePlace live() {
		OnePlace extent = new OnePlace();
		extent.setLive(0, LIVE);
		return extent;
	}

	boolean tryFree() {
		return tryFree(base(), LIVE);
	}

	/**
	 * Returns 0 if there never was a block, 1 if it is free, else 2, 3 for another size.
	 */
	int state() {
		long word = word(0);
		if (BlockWord.isClaimed(word)) {
			return 4;
		}
		if (!BlockWord.isBlock(word)) {
			return (int) word;
		}
		return (word == LIVE) ? 2 : 3;
	}

}
