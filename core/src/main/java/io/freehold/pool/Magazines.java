package io.freehold.pool;

/**
 * A rack of magazines, and what happens when one of them is empty or full. Used by one
 * thread at a time: by the thread it belongs to, or by whoever has locked its stripe.
 */
final class Magazines {

	private final Bin[] bins;

	private final CacheAllowance allowance;

	private final long[] rack;

	/** How full each magazine was when it was looked at last. */
	private final int[] counts = new int[SizeClass.COUNT];

	/** The tick at which that was. */
	private long seen;

	Magazines(Bin[] bins, CacheAllowance allowance) {
		this.bins = bins;
		this.allowance = allowance;
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
		if (address != 0) {
			return address;
		}
		if (!provide(sizeClass)) {
			return 0;
		}
		Rack.fill(this.rack, sizeClass, this.bins[sizeClass]);
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
		if (!Rack.isProvided(this.rack, sizeClass)) {
			return provide(sizeClass) && Rack.give(this.rack, sizeClass, address);
		}
		Rack.drain(this.rack, sizeClass, this.bins[sizeClass], SizeClass.rounds(sizeClass) / 2);
		return Rack.give(this.rack, sizeClass, address);
	}

	/** Makes sure that there is a magazine, if the allowance permits it. */
	private boolean provide(int sizeClass) {
		if (Rack.isProvided(this.rack, sizeClass)) {
			return true;
		}
		if (!this.allowance.tryTake(bytes(sizeClass))) {
			return false;
		}
		Rack.provide(this.rack, sizeClass, true);
		return true;
	}

	private long bytes(int sizeClass) {
		return (long) SizeClass.rounds(sizeClass) * this.bins[sizeClass].blockSize();
	}

	/** Empties all magazines and gives up their share of the allowance. */
	void drain() {
		for (int i = 0; i < SizeClass.COUNT; i++) {
			if (Rack.isProvided(this.rack, i)) {
				giveUp(i);
				Rack.drain(this.rack, i, this.bins[i], Rack.count(this.rack, i));
			}
		}
	}

	private void giveUp(int sizeClass) {
		Rack.provide(this.rack, sizeClass, false);
		this.allowance.give(bytes(sizeClass));
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
		boolean all = this.allowance.isExceeded();
		for (int i = 0; i < SizeClass.COUNT; i++) {
			int count = Rack.count(this.rack, i);
			if (Rack.isProvided(this.rack, i) && (all || count == this.counts[i])) {
				giveUp(i);
				Rack.drainIdle(this.rack, i, this.bins[i]);
				// not idle before it was seen to be so twice
				count = -1;
			}
			this.counts[i] = count;
		}
	}

	/** Returns the bytes of all blocks in here; approximate while they are in use. */
	long bytes() {
		long bytes = 0;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			bytes += (long) Rack.count(this.rack, i) * this.bins[i].blockSize();
		}
		return bytes;
	}

}
