package io.freehold.pool;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A rack of magazines, and what happens when one of them is empty or full. Used by one
 * thread at a time: by the thread it belongs to, by the one that has taken it from a
 * thread that does not use it, or by the one that has locked its stripe.
 */
final class Magazines {

	/*
	 * A magazine starts small, and doubles when it runs empty or full twice between two
	 * ticks. So a thread that used a size once keeps next to nothing of it, and one that
	 * uses it much soon has what it can use. What a magazine has room for is taken from
	 * the allowance, whether it is full or not: otherwise each block would have to be
	 * counted.
	 */

	private final Bin[] bins;

	private final CacheAllowance allowance;

	/** Makes room in the allowance, if there is anything that can. */
	private final @Nullable ThreadMagazines others;

	/**
	 * Replaced by a larger one when a magazine grows. Read by other threads for figures.
	 */
	private volatile long[] rack;

	/** How full each magazine was when it was looked at last; -1 if it was idle then. */
	private final short[] counts = new short[SizeClass.COUNT];

	/** A bit for each magazine that ran empty or full since the last tick. */
	private final long[] strained = new long[(SizeClass.COUNT - 1) / Long.SIZE + 1];

	/** The tick at which that was. */
	private long seen;

	Magazines(Bin[] bins, CacheAllowance allowance, @Nullable ThreadMagazines others) {
		this.bins = bins;
		this.allowance = allowance;
		this.others = others;
		this.rack = Rack.create();
	}

	long[] rack() {
		return this.rack;
	}

	/**
	 * Takes a block, after filling the magazine if need be.
	 * @return its address; 0 if there is none
	 */
	long take(int sizeClass) {
		long address = Rack.take(this.rack, sizeClass);
		if (address != 0 || !extend(sizeClass)) {
			return address;
		}
		Rack.fill(this.rack, sizeClass, this.bins[sizeClass], half(sizeClass));
		return Rack.take(this.rack, sizeClass);
	}

	/**
	 * Takes a block back, after making room if need be.
	 * @return whether it was taken
	 */
	boolean give(int sizeClass, long address) {
		if (Rack.give(this.rack, sizeClass, address)) {
			return true;
		}
		if (this.bins[sizeClass].isShrinking()) {
			if (Rack.capacity(this.rack, sizeClass) != 0) {
				drain(sizeClass, true);
			}
			return false;
		}
		if (!extend(sizeClass)) {
			return false;
		}
		if (!Rack.give(this.rack, sizeClass, address)) {
			Rack.drain(this.rack, sizeClass, this.bins[sizeClass], half(sizeClass));
			return Rack.give(this.rack, sizeClass, address);
		}
		return true;
	}

	private int half(int sizeClass) {
		return Math.max(1, Rack.capacity(this.rack, sizeClass) / 2);
	}

	/**
	 * Makes a magazine, or makes one larger that is used much, if the allowance and the
	 * heap permit it.
	 * @return whether there is one
	 */
	private boolean extend(int sizeClass) {
		int capacity = Rack.capacity(this.rack, sizeClass);
		if (capacity == 0) {
			return !this.bins[sizeClass].isShrinking() && resize(sizeClass, 0, SizeClass.firstRounds(sizeClass));
		}
		long bit = 1L << sizeClass;
		if ((this.strained[sizeClass / Long.SIZE] & bit) == 0) {
			this.strained[sizeClass / Long.SIZE] |= bit;
		}
		else if (capacity < SizeClass.rounds(sizeClass)) {
			resize(sizeClass, capacity, Math.min(2 * capacity, SizeClass.rounds(sizeClass)));
		}
		return true;
	}

	private boolean resize(int sizeClass, int from, int to) {
		long bytes = bytes(sizeClass, to - from);
		if (!this.allowance.tryTake(bytes) && !(makeRoom(bytes) && this.allowance.tryTake(bytes))) {
			return false;
		}
		long[] larger = null;
		try {
			larger = Rack.resized(this.rack, sizeClass, to);
			return true;
		}
		catch (OutOfMemoryError ex) {
			return false;
		}
		finally {
			if (larger == null) {
				this.allowance.give(bytes);
			}
			else {
				// nobody finds a block in both: the one replaced belongs to nobody
				Rack.setOwner(this.rack, Rack.NOBODY);
				this.rack = larger;
			}
		}
	}

	private boolean makeRoom(long bytes) {
		ThreadMagazines others = this.others;
		return others != null && others.makeRoom(bytes);
	}

	private long bytes(int sizeClass, int blocks) {
		return (long) blocks * this.bins[sizeClass].blockSize();
	}

	/**
	 * Empties all magazines and gives up their share of the allowance.
	 * @param idle whether the blocks go to their slabs, since they are not needed
	 */
	void drain(boolean idle) {
		for (int i = 0; i < SizeClass.COUNT; i++) {
			if (Rack.capacity(this.rack, i) != 0) {
				drain(i, idle);
			}
		}
	}

	private void drain(int sizeClass, boolean idle) {
		long[] rack = this.rack;
		if (idle) {
			Rack.drainIdle(rack, sizeClass, this.bins[sizeClass]);
		}
		else {
			Rack.drain(rack, sizeClass, this.bins[sizeClass], Rack.count(rack, sizeClass));
		}
		long bytes = bytes(sizeClass, Rack.capacity(rack, sizeClass));
		Rack.remove(rack, sizeClass);
		this.allowance.give(bytes);
	}

	/**
	 * Empties the magazines that are just as full as they were at the last tick, for they
	 * were hardly in use since; and all of them if more is kept than is allowed by now.
	 * @param tick the number of the current tick; nothing is done twice in one
	 */
	void drainIdle(long tick) {
		if (this.seen == tick) {
			return;
		}
		this.seen = tick;
		Arrays.fill(this.strained, 0);
		boolean all = this.allowance.isExceeded();
		for (int i = 0; i < SizeClass.COUNT; i++) {
			int count = Rack.count(this.rack, i);
			if (Rack.capacity(this.rack, i) != 0 && (all || count == this.counts[i])) {
				drain(i, true);
				// not idle before it was seen to be so twice
				count = -1;
			}
			this.counts[i] = (short) count;
		}
	}

	/** Returns the bytes of all blocks in here; approximate while they are in use. */
	long bytes() {
		long[] rack = this.rack;
		long bytes = 0;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			bytes += bytes(i, Rack.count(rack, i));
		}
		return bytes;
	}

}
