package io.freehold.pool;

/**
 * A stack of free blocks of one size class. Used by one thread at a time.
 */
final class Magazine {

	/** Always empty and always full. */
	static final Magazine NONE = new Magazine(0);

	private final long[] rounds;

	/** Read by others for statistics only. */
	private int count;

	Magazine(int capacity) {
		this.rounds = new long[capacity];
	}

	int capacity() {
		return this.rounds.length;
	}

	int count() {
		return this.count;
	}

	/** Takes a block, or 0 if there is none. */
	long take() {
		int top = this.count - 1;
		if (top < 0) {
			return 0;
		}
		this.count = top;
		return this.rounds[top];
	}

	/** Takes a block back; returns whether there was room. */
	boolean give(long address) {
		int top = this.count;
		long[] rounds = this.rounds;
		if (top >= rounds.length) {
			return false;
		}
		rounds[top] = address;
		this.count = top + 1;
		return true;
	}

	/** Fills half of the empty magazine; returns whether anything was to be had. */
	boolean fill(Bin bin) {
		this.count = bin.take(this.rounds, this.rounds.length / 2);
		return this.count > 0;
	}

	/** Empties half of the full magazine: the blocks that have been here longest. */
	void drainHalf(Bin bin) {
		int half = this.count / 2;
		bin.give(this.rounds, 0, half);
		System.arraycopy(this.rounds, half, this.rounds, 0, this.count - half);
		this.count -= half;
	}

	void drain(Bin bin) {
		if (this.count > 0) {
			bin.give(this.rounds, 0, this.count);
			this.count = 0;
		}
	}

}
