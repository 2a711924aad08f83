package io.freehold.budget;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.internal.sync.Faults;

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
	 * of the limit. By compare-and-set; no field ever borrows from the next.
	 */
	private final AtomicLong bits = new AtomicLong();

	/** Written under the lock of the tree, before the generation changes. */
	private volatile long limit;

	/** Whether an underflow was logged. A second line does no harm. */
	private volatile boolean underflown;

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
		long returned = granted ? 0 : bytes;
		while (true) {
			long bits = this.bits.get();
			if (undecided(bits) == 0 || (bits & MAX_RESERVED) < returned) {
				underflow(bits, returned);
				return -1;
			}
			long decided = bits - UNDECIDED - returned;
			if (this.bits.compareAndSet(bits, decided)) {
				return decided(decided);
			}
		}
	}

	/** Gives back bytes. */
	void release(long bytes) {
		while (true) {
			long bits = this.bits.get();
			if ((bits & MAX_RESERVED) < bytes) {
				underflow(bits, bytes);
				return;
			}
			if (this.bits.compareAndSet(bits, bits - bytes)) {
				return;
			}
		}
	}

	/**
	 * More is given back than was reserved: the books are wrong, and stay as they are. A
	 * word that went on counting would take the bytes from the fields beside them, and
	 * every later reservation would wait for what is never decided.
	 */
	private void underflow(long bits, long bytes) {
		if (!this.underflown) {
			this.underflown = true;
			Faults.log(Level.WARNING,
					"the books of a budget are wrong: " + bytes + " bytes were given back while "
							+ (bits & MAX_RESERVED) + " bytes were reserved and " + undecided(bits)
							+ " reservations undecided; what is used is shown too high from now on",
					null);
		}
	}

	/** Whether more was ever given back than was reserved. */
	boolean hasUnderflown() {
		return this.underflown;
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
