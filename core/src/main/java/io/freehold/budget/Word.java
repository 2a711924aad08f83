package io.freehold.budget;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes reserved at one level of a tree of budgets, together with all that a
 * reservation has to agree with at one moment.
 */
final class Word {

	/** What a claim comes to if it is not the bytes reserved then: they do not fit. */
	static final long REFUSED = -1;

	/** It could not be told, and has to be tried again. */
	static final long UNCERTAIN = -2;

	/** More than any 48-bit address space holds. */
	private static final int RESERVED_BITS = 48;

	static final long MAX_RESERVED = (1L << RESERVED_BITS) - 1;

	private static final long UNDECIDED = 1L << RESERVED_BITS;

	private static final int UNDECIDED_BITS = 12;

	private static final int MAX_UNDECIDED = (1 << UNDECIDED_BITS) - 1;

	/** In the uppermost bits, where it wraps around by itself. */
	private static final long GENERATION = UNDECIDED << UNDECIDED_BITS;

	/**
	 * Bytes reserved in the lower bits, undecided reservations above, then the generation
	 * of the limit. Compare-and-set to claim, atomic add to give back.
	 */
	private final AtomicLong bits = new AtomicLong();

	/** Written under the lock of the tree, before the generation changes. */
	private volatile long limit;

	Word(long limit) {
		this.limit = limit;
	}

	/** Returns the bytes reserved. */
	long reserved() {
		return this.bits.get() & MAX_RESERVED;
	}

	/** Returns the bytes reserved, or -1 if a part of them is undecided. */
	long decided() {
		return decided(this.bits.get());
	}

	private static long decided(long bits) {
		return (undecided(bits) == 0) ? bits & MAX_RESERVED : -1;
	}

	private static long undecided(long bits) {
		return (bits >>> RESERVED_BITS) & MAX_UNDECIDED;
	}

	/**
	 * Tries to reserve bytes.
	 * @param undecided whether an ancestor may still refuse them
	 * @return the bytes reserved after it; {@link #REFUSED} if they did not fit at one
	 * instant of this call, with nothing undecided; or {@link #UNCERTAIN}
	 */
	long claim(long bytes, boolean undecided) {
		long bits = this.bits.get();
		long limit = this.limit;
		long reserved = bits & MAX_RESERVED;
		if (bytes > Math.min(limit, MAX_RESERVED) - reserved) {
			return (undecided(bits) == 0 && this.bits.get() == bits) ? REFUSED : UNCERTAIN;
		}
		long claimed = bits + bytes + (undecided ? UNDECIDED : 0);
		return (undecided(bits) < MAX_UNDECIDED && this.bits.compareAndSet(bits, claimed)) ? reserved + bytes
				: UNCERTAIN;
	}

	/**
	 * Settles an undecided claim.
	 * @param granted whether the bytes stay reserved
	 * @return the bytes reserved after it, or -1 if a part of them is still undecided
	 */
	long decide(long bytes, boolean granted) {
		return decided(this.bits.addAndGet(granted ? -UNDECIDED : -UNDECIDED - bytes));
	}

	void release(long bytes) {
		this.bits.getAndAdd(-bytes);
	}

	long limit() {
		return this.limit;
	}

	/** Changes the limit; from then on nothing is claimed by the old one. */
	void setLimit(long bytes) {
		this.limit = bytes;
		this.bits.getAndAdd(GENERATION);
	}

	/** Whether more is reserved than a lowered limit allows. */
	boolean isAboveLimit() {
		return reserved() > this.limit;
	}

}
