package io.freehold.budget;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.Pause;

/**
 * The stripes of a ledger: one until threads meet in it, then more, never fewer. A thread
 * looks first at the one its id tells, and takes any other if that one is taken.
 */
final class Stripes {

	/** Beside the first, a power of two. */
	private static final int MAX_STRIPES = Integer
		.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors() * 2L - 1, 2, 64));

	private static final int COLLISIONS_BEFORE_GROWTH = 8;

	/** So long a thread waits for stripes that other threads have locked. */
	static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

	private static final VarHandle ALL;

	static {
		try {
			ALL = MethodHandles.lookup().findVarHandle(Stripes.class, "all", Stripe[].class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Spreads ids that follow each other (2^32 divided by the golden ratio). */
	private static final long SPREAD = 0x9e3779b9L;

	/**
	 * The first one, and a power of two of others once threads have met; from then on the
	 * first is for threads that find the others taken. Replaced by a longer array with
	 * the same beginning, by compare-and-set.
	 */
	private volatile Stripe[] all;

	/** The first of them, duplicated here to save one load. */
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

	/**
	 * Locks any stripe. If all of them stay locked for seconds, which takes a thread that
	 * has stopped in the middle of a few instructions, there is one more: what has
	 * happened is counted, whatever becomes of that thread.
	 */
	private Stripe lockAny() {
		if (++this.collisions % COLLISIONS_BEFORE_GROWTH == 0) {
			int length = 2 * Math.max(1, this.all.length - 1) + 1;
			if (length <= MAX_STRIPES + 1) {
				grow(length);
			}
		}
		long deadline = 0;
		for (int spins = 1;; spins++) {
			for (Stripe stripe : this.all) {
				if (stripe.tryLock()) {
					return stripe;
				}
			}
			if (Pause.after(spins)) {
				long now = System.nanoTime();
				if (deadline == 0) {
					deadline = now + PATIENCE_NANOS;
				}
				else if (now - deadline >= 0) {
					Faults.log(Level.WARNING, "a ledger waits for stripes that are locked, and gets one more", null);
					grow(this.all.length + 1);
					deadline = now + PATIENCE_NANOS;
				}
			}
		}
	}

	/** Makes the array longer, unless another thread does or the heap has no room. */
	private void grow(int length) {
		Stripe[] stripes = this.all;
		if (length <= stripes.length) {
			return;
		}
		try {
			Stripe[] more = Arrays.copyOf(stripes, length);
			for (int i = stripes.length; i < length; i++) {
				more[i] = new Stripe.Padded();
			}
			ALL.compareAndSet(this, stripes, more);
		}
		catch (OutOfMemoryError ex) {
			// it goes on with those there are
		}
	}

	/** Returns all there are now, the one that was there first in front. */
	Stripe[] all() {
		return this.all;
	}

	/**
	 * Returns how many blocks are counted as live, exactly at one instant; or -1 if a
	 * stripe stays locked.
	 */
	long liveBlocks() {
		while (true) {
			Stripe[] all = this.all;
			long blocks = 0;
			int locked = 0;
			while (locked < all.length && all[locked].lock()) {
				blocks += all[locked++].liveBlocks();
			}
			boolean complete = this.all == all;
			for (int i = 0; i < locked; i++) {
				all[i].unlock();
			}
			if (locked < all.length) {
				return -1;
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
		return counts.balanced();
	}

	/** Takes the credit of each, except of one that stays locked. */
	long surrender() {
		long sum = 0;
		for (Stripe stripe : this.all) {
			if (stripe.lock()) {
				sum += stripe.surrender();
				stripe.unlock();
			}
		}
		return sum;
	}

	/** Returns how much credit there is, approximately while it changes. */
	long credit() {
		long sum = 0;
		for (Stripe stripe : this.all) {
			sum += stripe.credit();
		}
		return sum;
	}

}
