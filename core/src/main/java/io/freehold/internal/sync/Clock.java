package io.freehold.internal.sync;

import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * The one thread on which work is done that waits for time to pass: memory that goes back
 * to the operating system, and closes that could not be completed at once. There is one
 * for each class loader.
 *
 * <p>
 * The thread is a daemon. It is started when a task is listed, and ends when nothing has
 * been listed for some seconds. Any thread may call any method.
 */
public class Clock {

	/*
	 * A task is a node of the list it is in, so that listing it allocates nothing. It
	 * stays listed while it runs, with a time to run again: whatever strikes then, it is
	 * tried again. If the thread cannot be started, tasks stay listed, and each call of
	 * schedule() or keepGoing() tries to start it.
	 *
	 * The list is as long as there are allocators over their own pool and closes that
	 * wait; all of it is looked at for each turn.
	 */

	/** The clock of this class loader. */
	public static final Clock INSTANCE = new Clock(new Daemons());

	/** How long the thread stays when nothing is listed. */
	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

	/** When a task that has thrown runs again, and when the thread goes on that has. */
	private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long STUMBLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final ThreadFactory threads;

	private final PolledLock lock = new PolledLock();

	/** The first task of the list. Guarded by the lock. */
	private @Nullable Task first;

	/** Written under the lock, or by the thread itself when it ends; read by anyone. */
	private volatile @Nullable Thread thread;

	/** When the thread looks again. Guarded by the lock. */
	private long nextLook;

	/** Whether the thread has found nothing listed. Guarded by the lock. */
	private boolean idle;

	/**
	 * Creates a clock.
	 * @param threads makes its thread
	 */
	public Clock(ThreadFactory threads) {
		this.threads = threads;
	}

	/**
	 * Lists a task, or moves its time forward. Never throws; if there can be no thread
	 * now, the task stays listed.
	 * @param delayNanos when it is to run, from now on
	 */
	public void schedule(Task task, long delayNanos) {
		schedule(task, delayNanos, false);
	}

	/** Lists a task, or changes its time to a later or an earlier one. */
	public void reschedule(Task task, long delayNanos) {
		schedule(task, delayNanos, true);
	}

	private void schedule(Task task, long delayNanos, boolean exactly) {
		this.lock.lock();
		try {
			long due = System.nanoTime() + delayNanos;
			if (!task.listed) {
				task.listed = true;
				task.due = due;
				task.next = this.first;
				this.first = task;
			}
			else if (exactly || due - task.due < 0) {
				task.due = due;
			}
			task.renewed = true;
			Thread running = this.thread;
			if (running == null) {
				start();
			}
			else if (task.due - this.nextLook < 0) {
				LockSupport.unpark(running);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Starts the thread if it should be there and is not. Never throws. */
	public void keepGoing() {
		if (this.thread != null) {
			return;
		}
		this.lock.lock();
		try {
			if (this.thread == null && this.first != null) {
				start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Needs the lock. */
	private void start() {
		try {
			Thread thread = this.threads.newThread(new Loop(this));
			this.thread = thread;
			thread.start();
			this.nextLook = System.nanoTime();
		}
		catch (Throwable ex) {
			// no thread or no heap: the next call tries again
			this.thread = null;
		}
	}

	/** Returns whether a thread is the one of this clock. */
	public boolean isRunBy(Thread thread) {
		return this.thread == thread;
	}

	/** Whether there is a thread. */
	boolean isRunning() {
		return this.thread != null;
	}

	private void run() {
		boolean go = true;
		while (go) {
			try {
				go = turn();
			}
			catch (Throwable ex) {
				LockSupport.parkNanos(STUMBLE_NANOS);
			}
		}
	}

	/** Runs the task that is due, or waits for it; returns whether to go on. */
	private boolean turn() {
		Task task = null;
		long wait = 0;
		this.lock.lock();
		try {
			long now = System.nanoTime();
			Task earliest = earliest();
			if (earliest == null) {
				if (this.idle && now - this.nextLook >= 0) {
					this.thread = null;
					this.idle = false;
					return false;
				}
				if (!this.idle) {
					this.idle = true;
					this.nextLook = now + IDLE_NANOS;
				}
				wait = this.nextLook - now;
			}
			else {
				this.idle = false;
				wait = earliest.due - now;
				this.nextLook = earliest.due;
				if (wait <= 0) {
					task = earliest;
					task.due = now + RETRY_NANOS;
					task.renewed = false;
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		if (task != null) {
			run(task);
		}
		else if (!Thread.interrupted()) {
			// an interrupt means nothing here, but no thread parks while it has one
			LockSupport.parkNanos(this, wait);
		}
		return true;
	}

	private @Nullable Task earliest() {
		Task earliest = this.first;
		for (Task task = this.first; task != null; task = task.next) {
			if (earliest == null || task.due - earliest.due < 0) {
				earliest = task;
			}
		}
		return earliest;
	}

	private void run(Task task) {
		long again;
		try {
			again = task.run();
		}
		catch (Throwable ex) {
			// it is listed to run again
			Faults.log(Level.WARNING, "a task of the clock failed, and will be tried again", ex);
			return;
		}
		this.lock.lock();
		try {
			if (again != Task.DONE) {
				long due = System.nanoTime() + again;
				// unless it was given another time meanwhile
				task.due = (task.renewed && task.due - due < 0) ? task.due : due;
			}
			else if (!task.renewed) {
				unlist(task);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void unlist(Task task) {
		Task before = null;
		for (Task other = this.first; other != task && other != null; other = other.next) {
			before = other;
		}
		if (before == null) {
			this.first = task.next;
		}
		else {
			before.next = task.next;
		}
		task.next = null;
		task.listed = false;
	}

	/** Work that the clock does. */
	public abstract static class Task {

		/** What {@link #run} returns when there is nothing left to do. */
		protected static final long DONE = -1;

		/** Guarded by the lock of the clock, like all below. */
		private @Nullable Task next;

		private boolean listed;

		private long due;

		/** Whether it was scheduled after it began to run. */
		private boolean renewed;

		/**
		 * Does what is due. What it throws is logged, and it is tried again.
		 * @return after how many nanoseconds to run again, or {@link #DONE}
		 */
		protected abstract long run();

	}

	/** What the thread runs. */
	private record Loop(Clock clock) implements Runnable {

		@Override
		public void run() {
			try {
				this.clock.run();
			}
			finally {
				if (this.clock.thread == Thread.currentThread()) {
					// by an error that even the loop did not survive
					this.clock.thread = null;
				}
			}
		}

	}

	/** Makes daemons that belong to no application. */
	private static final class Daemons implements ThreadFactory {

		@Override
		public Thread newThread(Runnable task) {
			Thread thread = new Thread(null, task, "freehold-clock", 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(null);
			return thread;
		}

	}

}
