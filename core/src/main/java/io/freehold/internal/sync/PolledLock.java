package io.freehold.internal.sync;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A reentrant lock for platform and virtual threads. Each waiter also tries the lock by
 * itself, so that it need not wait for those in front of it in the queue.
 */
public final class PolledLock extends ReentrantLock {

	/*
	 * A platform thread that unlocks resumes the first waiter. If that is a virtual
	 * thread, it goes to a queue that carriers look at only when they have no other work.
	 * While they have, the lock is free, its first waiter sleeps, and with a
	 * ReentrantLock so do all behind it. Therefore a thread waits in the queue for short
	 * times, and tries the lock in between. A virtual thread yields first: that puts it
	 * into the queue of its own carrier, which the carrier looks at in turn.
	 *
	 * To park takes more stack on a virtual thread than an operation, and heap. A thread
	 * that has not enough of either tries the lock without parking. It leaves a node in
	 * the queue that is never resumed. Those behind it find the lock free when they try
	 * it again.
	 */

	private static final long serialVersionUID = 1L;

	/** How often a virtual thread yields before it waits in the queue. */
	private static final int YIELDS = 64;

	/** How long a thread waits in the queue before it tries the lock again. */
	private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

	@Override
	public void lock() {
		if (!tryLock() && !lockYielding()) {
			lockPolling();
		}
	}

	/** Does nothing for a platform thread. */
	private boolean lockYielding() {
		boolean locked = false;
		if (Thread.currentThread().isVirtual()) {
			for (int i = 0; i < YIELDS && !locked; i++) {
				// so that its own carrier resumes the thread
				Pause.letOthersRun();
				locked = tryLock();
			}
		}
		return locked;
	}

	private void lockPolling() {
		boolean locked = false;
		boolean interrupted = false;
		int before = getHoldCount();
		while (!locked) {
			try {
				locked = tryLock(POLL_NANOS, TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			catch (OutOfMemoryError ex) {
				// no heap to park a virtual thread, or to tell another of its interrupt
				interrupted |= !Thread.currentThread().isVirtual();
				locked = lockYielding();
			}
			catch (StackOverflowError ex) {
				// the JVM may throw it when the lock has been taken (JEP 270)
				locked = getHoldCount() > before || lockYielding();
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
