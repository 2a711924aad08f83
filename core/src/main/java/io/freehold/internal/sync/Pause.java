package io.freehold.internal.sync;

import java.util.concurrent.locks.LockSupport;

/**
 * What a thread does between two attempts, while others decide.
 */
public final class Pause {

	/*
	 * A processor's pause at first, then a yield, then a nap. The nap is needed because
	 * of the scheduler of virtual threads: it looks for threads that were resumed from
	 * outside only when a carrier has no other work. Threads that only yield to each
	 * other can keep it from looking, and may wait for the very thread they keep waiting.
	 */

	private static final int SPINS_BEFORE_YIELD = 64;

	private static final int SPINS_BEFORE_NAP = 16 * SPINS_BEFORE_YIELD;

	private static final long NAP_NANOS = 50_000;

	private Pause() {
	}

	/**
	 * Lets other threads run, after so many attempts.
	 * @return whether this thread has napped, as it does when an attempt has failed for
	 * some time
	 */
	public static boolean after(int attempts) {
		if (attempts % SPINS_BEFORE_YIELD != 0) {
			Thread.onSpinWait();
			return false;
		}
		if (attempts < SPINS_BEFORE_NAP) {
			letOthersRun();
			return false;
		}
		nap(NAP_NANOS);
		return true;
	}

	/** Lets other threads run. */
	@SuppressWarnings("ThreadPriorityCheck") // for those who are waited for
	static void letOthersRun() {
		try {
			Thread.yield();
		}
		catch (OutOfMemoryError | StackOverflowError ex) {
			// a virtual thread is not unmounted without heap for its stack, nor at the
			// end of it; the caller tries again in any case
			Thread.onSpinWait();
		}
	}

	/** Parks for some time, interrupted or not; an interrupt stays set. */
	public static void nap(long nanos) {
		boolean interrupted = Thread.interrupted();
		try {
			LockSupport.parkNanos(nanos);
		}
		catch (OutOfMemoryError | StackOverflowError ex) {
			// as above
			Thread.onSpinWait();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
