package io.freehold.pool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells when users give back much more small memory than they take: then nothing is kept
 * for them, as far as it would keep more than is allowed.
 */
final class Shrinkage {

	/*
	 * A free block that is kept in a magazine or a depot keeps its whole slab, which may
	 * hold a thousand others. So bytes of blocks say little of what is kept, and to look
	 * at each slab would cost more than magazines save. While as much is taken as is
	 * given, that does not matter: the slabs are in use anyway. When much more is given
	 * than taken, all that is cached is added up from time to time, and if it is too
	 * much, magazines and depots are emptied and pass on what comes, until blocks are
	 * taken again.
	 */

	/** After how many bytes all is added up. */
	private static final long STEP = 8 << 20;

	/** After how many bytes that were taken the use does not shrink any more. */
	private static final long RESUMPTION = 1 << 20;

	/** Bytes given less bytes taken. */
	private final AtomicLong balance = new AtomicLong();

	/** Written by all without a lock: a wrong value shifts a check a little. */
	private volatile long nextCheck = STEP;

	/** Written by the one who checks. */
	private volatile long end;

	private volatile boolean shrinking;

	/** Whether nothing is to be kept. */
	boolean isShrinking() {
		return this.shrinking;
	}

	/** Counts bytes of free blocks that a bin got. */
	void given(long bytes) {
		this.balance.addAndGet(bytes);
	}

	/** Counts bytes of free blocks that a bin gave away. */
	void taken(long bytes) {
		long balance = this.balance.addAndGet(-bytes);
		if (balance + STEP < this.nextCheck) {
			this.nextCheck = balance + STEP;
		}
		if (this.shrinking && balance < this.end) {
			this.shrinking = false;
		}
	}

	/** Returns whether so much was given that all that is cached is to be added up. */
	boolean isCheckDue() {
		return this.balance.get() >= this.nextCheck;
	}

	/**
	 * Notes the outcome of a check.
	 * @param exceeded whether more is cached than is allowed
	 */
	void checked(boolean exceeded) {
		long balance = this.balance.get();
		this.nextCheck = balance + STEP;
		this.end = balance - RESUMPTION;
		this.shrinking = exceeded;
	}

}
