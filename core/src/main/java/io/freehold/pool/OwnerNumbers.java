package io.freehold.pool;

import io.freehold.internal.sync.PolledLock;
import io.freehold.pages.BlockWord;

/**
 * The numbers of the owners that there are. A number that was given back is given out
 * again after all others were.
 */
final class OwnerNumbers {

	/*
	 * A hash table with open addressing holds the numbers that are in use. The next
	 * number is the one behind the last that is not in it, and starts again from the
	 * beginning at the end.
	 *
	 * An owner that is retired gives its number back and has none from then on: a block
	 * that is freed through it a second time, however much later, meets no word with a
	 * number of its own. Only a thread that has read the number before that, and goes on
	 * after 2^33 other owners have come, could meet the block of another owner, and only
	 * if that has the same address, size and alignment. That is a misuse that cannot be
	 * told: the same as to free a block whose place the same owner has used again.
	 */

	/** One that no owner has. */
	static final long NONE = BlockWord.OWNER_LIMIT - 1;

	private static final int LEAST_CAPACITY = 64;

	/** 2^64 divided by the golden ratio. */
	private static final long SPREAD = 0x9e3779b97f4a7c15L;

	private final long limit;

	private final PolledLock lock = new PolledLock();

	/** Those in use, each at or behind its place; zero where there is none. */
	private long[] table = new long[LEAST_CAPACITY];

	private int count;

	/** The one given out last. */
	private long last = BlockWord.NO_OWNER;

	/**
	 * Creates the numbers.
	 * @param limit one more than the largest
	 */
	OwnerNumbers(long limit) {
		this.limit = Math.min(limit, NONE);
	}

	/**
	 * Returns a number that no owner has, and that is in use from now on.
	 * @throws IllegalStateException if there is none
	 */
	long take() {
		this.lock.lock();
		try {
			if (this.count >= this.limit - 1 || this.count >= 1 << 29) {
				throw new IllegalStateException("there are " + this.count + " owners, and can be no more");
			}
			if (2 * (this.count + 1) > this.table.length) {
				this.table = resized(2 * this.table.length);
			}
			long number = this.last;
			int place;
			do {
				number = (number + 1 < this.limit) ? number + 1 : BlockWord.NO_OWNER + 1;
				place = place(this.table, number);
			}
			while (this.table[place] != 0);
			this.table[place] = number;
			this.count++;
			this.last = number;
			return number;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes a number back that is in use. */
	void give(long number) {
		this.lock.lock();
		try {
			int place = place(this.table, number);
			if (this.table[place] != number) {
				throw new AssertionError("no owner has the number " + number);
			}
			remove(place);
			this.count--;
			if (this.table.length > LEAST_CAPACITY && 8 * this.count < this.table.length) {
				shrink();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Empties a place, and moves up those behind it that would not be found any more. */
	private void remove(int place) {
		int mask = this.table.length - 1;
		int gap = place;
		for (int i = (gap + 1) & mask; this.table[i] != 0; i = (i + 1) & mask) {
			int distance = (i - home(this.table, this.table[i])) & mask;
			if (((i - gap) & mask) <= distance) {
				this.table[gap] = this.table[i];
				gap = i;
			}
		}
		this.table[gap] = 0;
	}

	private void shrink() {
		try {
			this.table = resized(this.table.length / 2);
		}
		catch (OutOfMemoryError ex) {
			// the one there is will do
		}
	}

	private long[] resized(int capacity) {
		long[] resized = new long[capacity];
		for (long number : this.table) {
			if (number != 0) {
				resized[place(resized, number)] = number;
			}
		}
		return resized;
	}

	/** Returns where a number is, or else where it would be put. */
	private static int place(long[] table, long number) {
		int place = home(table, number);
		while (table[place] != 0 && table[place] != number) {
			place = (place + 1) & (table.length - 1);
		}
		return place;
	}

	/** Numbers that follow each other are spread: runs of full places stay short. */
	private static int home(long[] table, long number) {
		return (int) ((number * SPREAD) >>> Integer.SIZE) & (table.length - 1);
	}

	int count() {
		this.lock.lock();
		try {
			return this.count;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether each number is found, and counted. */
	boolean isValid() {
		this.lock.lock();
		try {
			int found = 0;
			for (int i = 0; i < this.table.length; i++) {
				if (this.table[i] != 0) {
					found += (place(this.table, this.table[i]) == i) ? 1 : this.table.length;
				}
			}
			return found == this.count;
		}
		finally {
			this.lock.unlock();
		}
	}

}
