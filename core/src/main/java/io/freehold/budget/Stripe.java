package io.freehold.budget;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.freehold.internal.sync.Pause;

/**
 * A part of a {@link Ledger}, for one thread at a time: whoever wants to change it takes
 * its lock, and gives it back a few instructions later without having called anything.
 */
class Stripe {

	private static final VarHandle LOCK;

	private static final VarHandle CREDIT;

	private static final VarHandle ALLOCATIONS;

	private static final VarHandle CANCELLATIONS;

	private static final VarHandle DEALLOCATIONS;

	private static final VarHandle REALLOCATIONS;

	private static final VarHandle ALLOCATED_BYTES;

	private static final VarHandle CANCELLED_BYTES;

	private static final VarHandle DEALLOCATED_BYTES;

	static {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			LOCK = lookup.findVarHandle(Stripe.class, "lock", int.class);
			CREDIT = lookup.findVarHandle(Stripe.class, "credit", long.class);
			ALLOCATIONS = lookup.findVarHandle(Stripe.class, "allocations", long.class);
			CANCELLATIONS = lookup.findVarHandle(Stripe.class, "cancellations", long.class);
			DEALLOCATIONS = lookup.findVarHandle(Stripe.class, "deallocations", long.class);
			REALLOCATIONS = lookup.findVarHandle(Stripe.class, "reallocations", long.class);
			ALLOCATED_BYTES = lookup.findVarHandle(Stripe.class, "allocatedBytes", long.class);
			CANCELLED_BYTES = lookup.findVarHandle(Stripe.class, "cancelledBytes", long.class);
			DEALLOCATED_BYTES = lookup.findVarHandle(Stripe.class, "deallocatedBytes", long.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** One while held. Compare-and-set to take, release to give back. */
	@SuppressWarnings("unused") // through its handle
	private int lock;

	/** Bytes reserved but not in use. Guarded by the lock, like all below. */
	private long credit;

	/**
	 * Begun here less those ended here: of blocks that are counted when they are there.
	 */
	private long pending;

	/** Only ever rises, like all below. Those that were cancelled are included. */
	private long allocations;

	private long cancellations;

	private long deallocations;

	private long reallocations;

	private long allocatedBytes;

	private long cancelledBytes;

	private long deallocatedBytes;

	boolean tryLock() {
		return (int) LOCK.getOpaque(this) == 0 && LOCK.compareAndSet(this, 0, 1);
	}

	/** Waits for the lock, but not without an end; returns whether it is held. */
	boolean lock() {
		long deadline = 0;
		for (int spins = 1; !tryLock(); spins++) {
			if (Pause.after(spins)) {
				long now = System.nanoTime();
				deadline = (deadline == 0) ? now + Stripes.PATIENCE_NANOS : deadline;
				if (now - deadline >= 0) {
					return false;
				}
			}
		}
		return true;
	}

	void unlock() {
		LOCK.setRelease(this, 0);
	}

	/** Takes bytes from the credit, all or none. Needs the lock, like all below. */
	boolean take(long bytes) {
		long credit = this.credit;
		if (credit < bytes) {
			return false;
		}
		this.credit = credit - bytes;
		return true;
	}

	/** Adds bytes to the credit, all or none. */
	boolean retain(long bytes) {
		long credit = this.credit + bytes;
		if (credit > Ledger.MAX_CREDIT) {
			return false;
		}
		this.credit = credit;
		return true;
	}

	/** Takes the credit. */
	long surrender() {
		long credit = this.credit;
		this.credit = 0;
		return credit;
	}

	void allocated(long bytes) {
		this.allocations++;
		this.allocatedBytes += bytes;
	}

	/**
	 * Undoes {@link #allocated}, perhaps that of another stripe. What is begun is read
	 * after what has ended, so that nobody sees the second without the first.
	 */
	void cancelled(long bytes) {
		this.cancellations++;
		this.cancelledBytes += bytes;
	}

	/** Begins what is not counted before it has come about. */
	void begun() {
		this.pending++;
	}

	/** Ends what was begun, here or in another stripe. */
	void ended() {
		this.pending--;
	}

	void deallocated(long bytes) {
		this.deallocations++;
		this.deallocatedBytes += bytes;
	}

	void reallocated(long gained, long lost) {
		this.reallocations++;
		this.allocatedBytes += gained;
		this.deallocatedBytes += lost;
	}

	/**
	 * Returns how many blocks were allocated or begun here less those freed or ended
	 * here.
	 */
	long liveBlocks() {
		return this.pending + this.allocations - this.cancellations - this.deallocations;
	}

	/** Returns what the credit is, or was a moment ago. Needs no lock, like all below. */
	long credit() {
		return (long) CREDIT.getOpaque(this);
	}

	/** Reads what ends, before anybody reads what begins it. */
	Ledger.Counts ends() {
		return new Ledger.Counts(-(long) CANCELLATIONS.getAcquire(this), (long) DEALLOCATIONS.getAcquire(this),
				(long) REALLOCATIONS.getAcquire(this), -(long) CANCELLED_BYTES.getAcquire(this),
				(long) DEALLOCATED_BYTES.getAcquire(this));
	}

	Ledger.Counts begins() {
		return new Ledger.Counts((long) ALLOCATIONS.getOpaque(this), 0, 0, (long) ALLOCATED_BYTES.getOpaque(this), 0);
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
