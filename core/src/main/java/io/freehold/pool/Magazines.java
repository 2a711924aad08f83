package io.freehold.pool;

import java.util.Arrays;

/**
 * A magazine for each size class, made when it is first needed. Used by one thread at a
 * time: by the thread they belong to, or by whoever has locked their stripe.
 */
final class Magazines {

	private final Bin[] bins;

	private final CacheAllowance allowance;

	private final Magazine[] bySizeClass = new Magazine[SizeClass.COUNT];

	Magazines(Bin[] bins, CacheAllowance allowance) {
		this.bins = bins;
		this.allowance = allowance;
		Arrays.fill(this.bySizeClass, Magazine.NONE);
	}

	/** Takes a block, or 0 if the magazine is empty. */
	long take(int sizeClass) {
		return this.bySizeClass[sizeClass].take();
	}

	/** Takes a block back; returns whether the magazine had room. */
	boolean give(int sizeClass, long address) {
		return this.bySizeClass[sizeClass].give(address);
	}

	/** Makes sure that there is a magazine, if the allowance permits it. */
	boolean provide(int sizeClass) {
		if (this.bySizeClass[sizeClass] != Magazine.NONE) {
			return true;
		}
		int rounds = SizeClass.rounds(sizeClass);
		long bytes = (long) rounds * this.bins[sizeClass].blockSize();
		if (!this.allowance.tryTake(bytes)) {
			return false;
		}
		try {
			this.bySizeClass[sizeClass] = new Magazine(rounds);
			return true;
		}
		catch (OutOfMemoryError ex) {
			this.allowance.give(bytes);
			return false;
		}
	}

	/** Fills the empty magazine; returns whether anything was to be had. */
	boolean fill(int sizeClass) {
		return this.bySizeClass[sizeClass].fill(this.bins[sizeClass]);
	}

	/** Makes room in the full magazine. */
	void drainHalf(int sizeClass) {
		this.bySizeClass[sizeClass].drainHalf(this.bins[sizeClass]);
	}

	/** Empties all magazines and gives them up. */
	void drain() {
		for (int i = 0; i < this.bySizeClass.length; i++) {
			Magazine magazine = this.bySizeClass[i];
			if (magazine != Magazine.NONE) {
				this.bySizeClass[i] = Magazine.NONE;
				magazine.drain(this.bins[i]);
				this.allowance.give((long) magazine.capacity() * this.bins[i].blockSize());
			}
		}
	}

	/** Returns the bytes of all blocks in here; approximate while they are in use. */
	long bytes() {
		long bytes = 0;
		for (int i = 0; i < this.bySizeClass.length; i++) {
			bytes += (long) this.bySizeClass[i].count() * this.bins[i].blockSize();
		}
		return bytes;
	}

}
