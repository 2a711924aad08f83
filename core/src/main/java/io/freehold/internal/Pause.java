package io.freehold.internal;

import java.util.concurrent.locks.LockSupport;

/**
 * What a thread does between two attempts, while others decide.
 */
public final class Pause {

	/*
	 * A processor's pause at first, then a yield, then a nap. The nap is not for comfort:
	 * the scheduler of virtual threads looks for work that came from outside, which is
	 * where a thread can be that was just woken, only when a carrier has nothing left of
	 * its own. Enough threads that yield to each other keep it from ever looking, and may
	 * wait for the very thread they keep waiting.
	 */

	private static final int SPINS_BEFORE_YIELD = 64;

	private static final int SPINS_BEFORE_NAP = 16 * SPINS_BEFORE_YIELD;

	private static final long NAP_NANOS = 50_000;

	private Pause() {
	}

	/** Lets others go on, after so many attempts. */
	@SuppressWarnings("ThreadPriorityCheck") // for those who are waited for
	public static void after(int attempts) {
		if (attempts % SPINS_BEFORE_YIELD != 0) {
			Thread.onSpinWait();
		}
		else if (attempts < SPINS_BEFORE_NAP) {
			Thread.yield();
		}
		else {
			nap();
		}
	}

	private static void nap() {
		boolean interrupted = Thread.interrupted();
		LockSupport.parkNanos(NAP_NANOS);
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
