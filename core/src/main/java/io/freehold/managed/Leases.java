package io.freehold.managed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.freehold.internal.sync.Pause;

import org.jspecify.annotations.Nullable;

/**
 * What is open on a node, and how much was opened and closed. Any thread may call any
 * method.
 */
final class Leases {

	/*
	 * Lists with their links in the leases, each with two counters and a lock that is one
	 * compare-and-set to take and one store to give back: that is what it costs to open,
	 * and the same again to close. There is one list until threads meet in it.
	 *
	 * A thread that opens adds the lease and then looks whether the node is closing; one
	 * that closes the node says so and then looks into all lists. If the lease was not
	 * there yet when its list was looked into, it was added under the lock later, and
	 * what the closing thread wrote before it took the lock is seen. If there was not
	 * even the list yet, the array of lists was replaced after the closing thread had
	 * read it, and a thread that finds the new list in it sees what was written before
	 * that.
	 */

	/** A power of two. */
	private static final int STRIPES = Integer
		.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors() * 2L - 1, 2, 64));

	/** Spreads ids that follow each other (2^32 divided by the golden ratio). */
	private static final long SPREAD = 0x9e3779b9L;

	/** So long a thread waits for lists that other threads have locked. */
	private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

	private static final VarHandle ALL;

	static {
		try {
			ALL = MethodHandles.lookup().findVarHandle(Leases.class, "all", Stripe[].class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Stripe first = new Stripe();

	/**
	 * The first one alone until threads meet, then it and the others. Replaced by a
	 * longer array with the same beginning, by compare-and-set.
	 */
	private volatile Stripe[] all = { this.first };

	/** Adds a lease that nobody else knows yet, and counts it as opened. */
	void add(Lease lease) {
		Stripe stripe = lock();
		stripe.link(lease);
		stripe.unlock();
	}

	/**
	 * Removes a lease and counts it as closed, unless that was done before. If its list
	 * stays locked it is left there, for a close of the node to remove.
	 */
	void remove(Lease lease) {
		Stripe stripe = lease.stripe;
		if (stripe != null) {
			stripe.remove(lease);
			return;
		}
		// it was removed, or was handed over by a race: only the locks know
		for (Stripe candidate : this.all) {
			candidate.remove(lease);
		}
	}

	private Stripe lock() {
		Stripe[] stripes = this.all;
		Stripe near = (stripes.length == 1) ? this.first : stripes[index(stripes.length)];
		return near.tryLock() ? near : lockAny();
	}

	private static int index(int length) {
		long spread = (Thread.currentThread().threadId() * SPREAD) & 0xffffffffL;
		return (int) ((spread * length) >>> Integer.SIZE);
	}

	/**
	 * Locks any list. If all of them stay locked for seconds, which takes a thread that
	 * has stopped in the middle of a few instructions, there is one more.
	 */
	private Stripe lockAny() {
		if (this.all.length == 1) {
			grow(STRIPES);
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
				if (deadline != 0 && now - deadline >= 0) {
					grow(this.all.length + 1);
					deadline = 0;
				}
				deadline = (deadline == 0) ? now + PATIENCE_NANOS : deadline;
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

	/**
	 * Returns what is open.
	 * @throws IllegalStateException if that cannot be told because a list stays locked
	 */
	List<Lease> open() {
		List<Lease> open = new ArrayList<>();
		for (Stripe stripe : this.all) {
			stripe.addTo(open);
		}
		return open;
	}

	/** Returns how many were closed; to be asked before how many were opened. */
	long closed() {
		long closed = 0;
		for (Stripe stripe : this.all) {
			closed += (long) Stripe.CLOSED.getAcquire(stripe);
		}
		return closed;
	}

	long opened() {
		long opened = 0;
		for (Stripe stripe : this.all) {
			opened += (long) Stripe.OPENED.getAcquire(stripe);
		}
		return opened;
	}

	/** Whether the lists and the counters agree, while nothing is opened or closed. */
	boolean isValid() {
		long open = opened() - closed();
		return open == open().size();
	}

	/**
	 * One list.
	 */
	static class Stripe {

		private static final VarHandle LOCK;

		private static final VarHandle OPENED;

		private static final VarHandle CLOSED;

		static {
			try {
				MethodHandles.Lookup lookup = MethodHandles.lookup();
				LOCK = lookup.findVarHandle(Stripe.class, "lock", int.class);
				OPENED = lookup.findVarHandle(Stripe.class, "opened", long.class);
				CLOSED = lookup.findVarHandle(Stripe.class, "closed", long.class);
			}
			catch (ReflectiveOperationException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		/** One while held. Compare-and-set to take, release to give back. */
		@SuppressWarnings("unused") // through its handle
		private int lock;

		/** Guarded by the lock, like all below; read without it for display. */
		private long opened;

		private long closed;

		private @Nullable Lease head;

		private boolean tryLock() {
			return (int) LOCK.getOpaque(this) == 0 && LOCK.compareAndSet(this, 0, 1);
		}

		/** Waits for the lock, but not without an end; returns whether it is held. */
		private boolean lock() {
			long deadline = 0;
			for (int spins = 1; !tryLock(); spins++) {
				if (Pause.after(spins)) {
					long now = System.nanoTime();
					deadline = (deadline == 0) ? now + PATIENCE_NANOS : deadline;
					if (now - deadline >= 0) {
						return false;
					}
				}
			}
			return true;
		}

		private void unlock() {
			LOCK.setRelease(this, 0);
		}

		private void link(Lease lease) {
			Lease second = this.head;
			lease.stripe = this;
			lease.next = second;
			if (second != null) {
				second.previous = lease;
			}
			this.head = lease;
			this.opened++;
		}

		private void remove(Lease lease) {
			if (lock()) {
				if (lease.stripe == this) {
					unlink(lease);
				}
				unlock();
			}
		}

		private void unlink(Lease lease) {
			Lease previous = lease.previous;
			Lease next = lease.next;
			if (previous != null) {
				previous.next = next;
			}
			else {
				this.head = next;
			}
			if (next != null) {
				next.previous = previous;
			}
			// nor does it keep others from being collected
			lease.previous = null;
			lease.next = null;
			lease.stripe = null;
			// behind the opening, for those who read both without the lock
			CLOSED.setRelease(this, this.closed + 1);
		}

		/** Holds the lock for longer than all others do, but only while a node closes. */
		private void addTo(List<Lease> leases) {
			if (!lock()) {
				throw new IllegalStateException("a list of open regions and heaps stays locked");
			}
			try {
				for (Lease lease = this.head; lease != null; lease = lease.next) {
					leases.add(lease);
				}
			}
			finally {
				unlock();
			}
		}

		/**
		 * A stripe that shares no cache line with the next one.
		 */
		static final class Padded extends Stripe {

			// two lines of 64 bytes, because they are fetched in pairs

			long p0, p1, p2, p3, p4, p5, p6, p7;

			long q0, q1, q2, q3, q4, q5, q6, q7;

		}

	}

}
