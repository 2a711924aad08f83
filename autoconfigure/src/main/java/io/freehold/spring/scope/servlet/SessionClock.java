package io.freehold.spring.scope.servlet;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.freehold.spring.sync.StackSafeLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task again and again, on a thread of its own, until there is nothing to do or it
 * is closed. Nothing that the task throws ends the thread. A thread that has ended, or
 * that could not be started, is replaced the next time {@link #ensureRunning} is called.
 */
final class SessionClock {

	private static final Log logger = LogFactory.getLog(SessionClock.class);

	/** Some more than a heap waits for calls in flight when it closes. */
	private static final Duration LONGEST_END = Duration.ofSeconds(3);

	/** Returns the nanoseconds until it is to run again. */
	private final LongSupplier task;

	/** Whether there is nothing to do. */
	private final BooleanSupplier unused;

	/** The nanoseconds before the first run, and after one that has failed. */
	private final long period;

	private final ThreadFactory threads;

	/**
	 * Made beforehand: a method reference that is first linked in a deep call may fail
	 * for good.
	 */
	private final Runnable loop = this::run;

	private final StackSafeLock lock = new StackSafeLock();

	/** Written under the lock. */
	private volatile @Nullable Thread thread;

	/** Whether the last start failed, which is logged once. Guarded by the lock. */
	private boolean failed;

	/** Only ever becomes true. */
	private volatile boolean closed;

	/**
	 * Creates a clock that does not run yet, and has always something to do.
	 * @param task the task
	 * @param period nanoseconds from the end of a run to the beginning of the next
	 * @param threads makes its thread
	 */
	SessionClock(Runnable task, long period, ThreadFactory threads) {
		this(() -> {
			task.run();
			return period;
		}, () -> false, period, threads);
	}

	/**
	 * Creates a clock that does not run yet.
	 * @param task the task, which returns the nanoseconds until it is to run again
	 * @param unused whether there is nothing to do; who has something to do says so
	 * before calling {@link #ensureRunning}
	 * @param period nanoseconds before the first run, and after one that has failed
	 * @param threads makes its thread
	 */
	SessionClock(LongSupplier task, BooleanSupplier unused, long period, ThreadFactory threads) {
		this.task = task;
		this.unused = unused;
		this.period = period;
		this.threads = threads;
	}

	/**
	 * Starts a thread unless there is one that is alive. If that fails it is logged, and
	 * the next call tries again.
	 */
	void ensureRunning() {
		Thread thread = this.thread;
		if (!this.closed && (thread == null || !thread.isAlive())) {
			start();
		}
	}

	private void start() {
		Throwable failure = null;
		this.lock.lock();
		try {
			Thread present = this.thread;
			if (!this.closed && (present == null || !present.isAlive())) {
				Thread next = this.threads.newThread(this.loop);
				// before it starts, so that a close cannot miss it
				this.thread = next;
				next.start();
				this.failed = false;
			}
		}
		catch (Throwable ex) {
			failure = this.failed ? null : ex;
			this.failed = true;
		}
		finally {
			this.lock.unlock();
		}
		if (failure != null) {
			log("could not start the clock of idle sessions; the next request tries again", failure);
		}
	}

	private void run() {
		long pause = this.period;
		while (!this.closed && !ends()) {
			try {
				// an interrupted thread would not wait
				Thread.interrupted();
				LockSupport.parkNanos(this, pause);
				pause = this.period;
				if (!this.closed) {
					pause = this.task.getAsLong();
				}
			}
			catch (Throwable ex) {
				log("could not look for idle sessions; trying again later", ex);
			}
		}
	}

	/**
	 * Has the thread end if there is nothing to do. Who comes with something meanwhile
	 * either sees that there is no thread, or is seen here.
	 */
	private boolean ends() {
		try {
			if (!this.unused.getAsBoolean()) {
				return false;
			}
			this.lock.lock();
			try {
				this.thread = null;
				boolean ends = this.unused.getAsBoolean();
				if (!ends) {
					this.thread = Thread.currentThread();
				}
				return ends;
			}
			finally {
				this.lock.unlock();
			}
		}
		catch (Throwable ex) {
			log("could not end the clock of idle sessions; trying again later", ex);
			return this.thread != Thread.currentThread();
		}
	}

	/** Logs a failure, unless that fails too, as it may when memory is short. */
	private static void log(String message, Throwable failure) {
		try {
			logger.error(message, failure);
		}
		catch (Throwable ex) {
			// the work goes on all the same
		}
	}

	/**
	 * Has the thread end, and waits for its end, though not for long; a run that has
	 * begun is completed. A server that looks for threads of an application that is
	 * undeployed finds none.
	 */
	void close() {
		this.closed = true;
		Thread thread = this.thread;
		LockSupport.unpark(thread);
		if (thread != null && thread.isAlive()) {
			try {
				thread.join(LONGEST_END);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
