package io.freehold.budget;

import java.util.Arrays;

import io.freehold.internal.Pause;

/**
 * The stripes of a ledger: one until threads meet in it, then more, never fewer. A thread
 * looks first at the one its id tells, and takes any other if that one is taken.
 */
final class Stripes {

	/** Beside the first, a power of two. */
	private static final int MAX_STRIPES = Integer
		.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors() * 2L - 1, 2, 64));

	private static final int COLLISIONS_BEFORE_GROWTH = 8;

	/** Spreads ids that follow each other (2^32 divided by the golden ratio). */
	private static final long SPREAD = 0x9e3779b9L;

	/**
	 * The first one, and a power of two of others once threads have met; from then on the
	 * first is for those who find the others taken. Replaced by a longer array with the
	 * same beginning, under this object's monitor.
	 */
	private volatile Stripe[] all;

	/** The first of them, a load nearer. */
	private final Stripe first = new Stripe();

	/** Roughly, for it is raised without a lock. */
	private int collisions;

	Stripes() {
		this.all = new Stripe[] { this.first };
	}

	/** Returns a stripe that this thread has locked. */
	Stripe lock() {
		Stripe stripe = any();
		return stripe.tryLock() ? stripe : lockAny();
	}

	/** Returns the stripe this thread looks at first. */
	Stripe any() {
		Stripe[] stripes = this.all;
		return (stripes.length == 1) ? this.first : stripes[index(stripes.length)];
	}

	private static int index(int length) {
		long spread = (Thread.currentThread().threadId() * SPREAD) & 0xffffffffL;
		return 1 + (int) ((spread * (length - 1)) >>> Integer.SIZE);
	}

	private Stripe lockAny() {
		if (++this.collisions % COLLISIONS_BEFORE_GROWTH == 0) {
			grow();
		}
		for (int spins = 1;; spins++) {
			for (Stripe stripe : this.all) {
				if (stripe.tryLock()) {
					return stripe;
				}
			}
			Pause.after(spins);
		}
	}

	/** Doubles the number of stripes beside the first, if there may be more. */
	private synchronized void grow() {
		Stripe[] stripes = this.all;
		int length = 2 * Math.max(1, stripes.length - 1) + 1;
		if (length > MAX_STRIPES + 1) {
			return;
		}
		try {
			Stripe[] more = Arrays.copyOf(stripes, length);
			for (int i = stripes.length; i < length; i++) {
				more[i] = new Stripe.Padded();
			}
			this.all = more;
		}
		catch (OutOfMemoryError ex) {
			// it goes on with those there are
		}
	}

	/** Returns all there are now, the one that was there first in front. */
	Stripe[] all() {
		return this.all;
	}

	long liveBlocks() {
		while (true) {
			Stripe[] all = this.all;
			long blocks = 0;
			for (Stripe stripe : all) {
				stripe.lock();
				blocks += stripe.liveBlocks();
			}
			boolean complete = this.all == all;
			for (Stripe stripe : all) {
				stripe.unlock();
			}
			if (complete) {
				return blocks;
			}
		}
	}

	Ledger.Counts counts() {
		Ledger.Counts counts = new Ledger.Counts(0, 0, 0, 0, 0);
		for (Stripe stripe : this.all) {
			counts = counts.plus(stripe.ends());
		}
		// not the same array: what has ended may have begun in a newer one
		for (Stripe stripe : this.all) {
			counts = counts.plus(stripe.begins());
		}
		return counts;
	}

	/** Takes the credit of each. */
	long surrender() {
		long sum = 0;
		for (Stripe stripe : this.all) {
			stripe.lock();
			sum += stripe.surrender();
			stripe.unlock();
		}
		return sum;
	}

	/** Returns how much credit there is, by and large. */
	long credit() {
		long sum = 0;
		for (Stripe stripe : this.all) {
			sum += stripe.credit();
		}
		return sum;
	}

}
