package io.freehold.spring.sync;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A reentrant lock that a {@link StackOverflowError} does not leave locked. It throws the
 * error before it takes the lock, unless enough of the stack is left to hold it for a few
 * calls and to unlock it.
 */
public final class StackSafeLock {

	/*
	 * ReentrantLock.lock() is a critical section of the JVM (JEP 270): if the stack ends
	 * within it, it completes on reserved pages, and the error is thrown when it returns,
	 * with the lock held and before the try block of the caller begins. Interpreted, each
	 * recursion that ends in a lock leaves it locked. unlock() may fail to begin for the
	 * same reason. The recursion below needs more stack than both, also when it is
	 * compiled and they are not. Its parameters are used after the recursive call, so
	 * that each compiled frame has to keep them.
	 */

	private static final int DEPTH = 48;

	/*
	 * A virtual thread that a platform thread resumes waits until a carrier has no other
	 * work, and with it those behind it in the queue of the lock. So virtual threads
	 * yield first, which leaves it to their own carrier to resume them, and all threads
	 * try the lock again from time to time. The core has a lock like that, which it does
	 * not export.
	 */

	private static final int YIELDS = 64;

	private static final long POLL_MILLIS = 5;

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Creates a lock that is free.
	 */
	public StackSafeLock() {
	}

	/**
	 * Takes the lock, and waits for it if another thread holds it. A virtual thread that
	 * waits does not keep its carrier.
	 * @throws StackOverflowError if too little of the stack is left; the lock is not
	 * taken
	 */
	public void lock() {
		reserve(DEPTH, 1, 2, 3, 4);
		if (!this.lock.tryLock() && !lockYielding()) {
			lockPolling();
		}
	}

	private boolean lockYielding() {
		boolean locked = false;
		if (Thread.currentThread().isVirtual()) {
			for (int i = 0; i < YIELDS && !locked; i++) {
				letOthersRun();
				locked = this.lock.tryLock();
			}
		}
		return locked;
	}

	@SuppressWarnings("ThreadPriorityCheck") // so that its own carrier resumes the thread
	private static void letOthersRun() {
		try {
			Thread.yield();
		}
		catch (OutOfMemoryError ex) {
			// not unmounted without heap for its stack
			Thread.onSpinWait();
		}
	}

	private void lockPolling() {
		boolean locked = false;
		boolean interrupted = false;
		while (!locked) {
			try {
				locked = this.lock.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			catch (OutOfMemoryError ex) {
				// no heap to park a virtual thread, or to tell another of its interrupt
				interrupted |= !Thread.currentThread().isVirtual();
				locked = lockYielding();
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Gives the lock back, once for each time it was taken.
	 * @throws IllegalMonitorStateException if the calling thread does not hold it
	 */
	public void unlock() {
		this.lock.unlock();
	}

	/** Whether any thread holds the lock. */
	boolean isLocked() {
		return this.lock.isLocked();
	}

	private static long reserve(int depth, long first, long second, long third, long fourth) {
		if (depth == 0) {
			return first;
		}
		return reserve(depth - 1, second, third, fourth, first) + first + second + third + fourth;
	}

}
