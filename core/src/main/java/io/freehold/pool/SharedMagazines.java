package io.freehold.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * Magazines for those who have none of their own: virtual threads, of which there may be
 * millions, and platform threads when no more magazines are allowed.
 */
final class SharedMagazines {

	/*
	 * Stripes with a try-lock each. A thread tries its own stripe first, then the others,
	 * and goes to the bin if all are taken: no thread ever waits for a stripe. A virtual
	 * thread that holds one may wait for the lock of a bin, and even be unmounted
	 * meanwhile; then the others pass the stripe by.
	 */

	private final Bin[] bins;

	private final Stripe[] stripes;

	SharedMagazines(Bin[] bins, CacheAllowance allowance, int stripes) {
		this.bins = bins;
		this.stripes = new Stripe[stripes];
		for (int i = 0; i < stripes; i++) {
			this.stripes[i] = new Padded(new Magazines(bins, allowance, null));
		}
	}

	/** Takes a block, or 0 if the memory is exhausted. */
	long take(int sizeClass) {
		Stripe stripe = lock();
		if (stripe != null) {
			long address;
			try {
				address = stripe.magazines.take(sizeClass);
			}
			finally {
				stripe.unlock();
			}
			if (address != 0) {
				return address;
			}
		}
		return this.bins[sizeClass].takeOne();
	}

	/** Takes a block back. */
	void give(int sizeClass, long address) {
		Stripe stripe = lock();
		boolean given = false;
		if (stripe != null) {
			try {
				given = stripe.magazines.give(sizeClass, address);
			}
			finally {
				stripe.unlock();
			}
		}
		if (!given) {
			this.bins[sizeClass].giveOne(address);
		}
	}

	private @Nullable Stripe lock() {
		int mask = this.stripes.length - 1;
		int start = (int) Thread.currentThread().threadId();
		for (int i = 0; i < this.stripes.length; i++) {
			Stripe stripe = this.stripes[(start + i) & mask];
			if (stripe.tryLock()) {
				return stripe;
			}
		}
		return null;
	}

	/** Empties stripes, but those that are in use at the moment. */
	void drain() {
		for (Stripe stripe : this.stripes) {
			if (stripe.tryLock()) {
				try {
					stripe.magazines.drain(true);
				}
				finally {
					stripe.unlock();
				}
			}
		}
	}

	/** Empties what was not in use since the last tick, but in stripes in use now. */
	void drainIdle(long tick) {
		for (Stripe stripe : this.stripes) {
			if (stripe.tryLock()) {
				try {
					stripe.magazines.drainIdle(tick);
				}
				finally {
					stripe.unlock();
				}
			}
		}
	}

	/** Returns the bytes of all blocks in here; approximate while they are in use. */
	long bytes() {
		long bytes = 0;
		for (Stripe stripe : this.stripes) {
			bytes += stripe.magazines.bytes();
		}
		return bytes;
	}

	/** Magazines with a lock. */
	static class Stripe {

		private static final VarHandle LOCKED;

		static {
			try {
				LOCKED = MethodHandles.lookup().findVarHandle(Stripe.class, "locked", int.class);
			}
			catch (ReflectiveOperationException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		/** Guarded by the lock. */
		final Magazines magazines;

		/** 1 while it is held: taken by compare-and-set, released by a release store. */
		@SuppressWarnings("unused") // by the handle
		private volatile int locked;

		Stripe(Magazines magazines) {
			this.magazines = magazines;
		}

		boolean tryLock() {
			return (int) LOCKED.getOpaque(this) == 0 && LOCKED.compareAndSet(this, 0, 1);
		}

		void unlock() {
			LOCKED.setRelease(this, 0);
		}

	}

	/** A stripe that shares no cache line with the next one. */
	static final class Padded extends Stripe {

		// two lines of 64 bytes, because they are fetched in pairs

		long p0, p1, p2, p3, p4, p5, p6, p7;

		long q0, q1, q2, q3, q4, q5, q6, q7;

		Padded(Magazines magazines) {
			super(magazines);
		}

	}

}
