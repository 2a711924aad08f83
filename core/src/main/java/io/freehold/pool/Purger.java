package io.freehold.pool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * The clock by which memory goes home: ticks twice in the time that memory may be kept,
 * as long as there is any. Needs no calls of anybody.
 */
final class Purger {

	/*
	 * Whoever takes memory wakes the clock after that; the clock, after a tick, declares
	 * that it sleeps, and then looks whether there is memory. So either sees the other.
	 */

	private static final Logger logger = System.getLogger("io.freehold");

	/** What a long holds in nanoseconds, and more than a JVM lives. */
	private static final Duration LONGEST = Duration.ofDays(100 * 365);

	/** The shortest time between two ticks. */
	private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(100);

	private final Timer timer;

	/** Set once, before anybody else knows of the clock. */
	private @Nullable Memory memory;

	/** Whether a tick is due. Set by whoever schedules it, by compare-and-set. */
	private final AtomicBoolean scheduled = new AtomicBoolean();

	/** The tick that is due, if it is known. */
	private volatile @Nullable Future<?> due;

	private volatile long delayNanos;

	Purger(Duration delay) {
		this(delay, Clock::schedule);
	}

	Purger(Duration delay, Timer timer) {
		this.delayNanos = nanos(delay);
		this.timer = timer;
	}

	void start(Memory memory) {
		this.memory = memory;
	}

	Duration delay() {
		return Duration.ofNanos(this.delayNanos);
	}

	private static long nanos(Duration delay) {
		return (delay.compareTo(LONGEST) > 0) ? LONGEST.toNanos() : delay.toNanos();
	}

	/** Sets the time that memory may be kept, from now on. */
	void setDelay(Duration delay) {
		this.delayNanos = nanos(delay);
		Future<?> due = this.due;
		if (due != null && due.cancel(false)) {
			this.scheduled.set(false);
			wake();
		}
	}

	/** Makes sure that the clock runs. To be called after memory was taken. */
	void wake() {
		if (this.scheduled.get() || !this.scheduled.compareAndSet(false, true)) {
			return;
		}
		boolean done = false;
		try {
			this.due = this.timer.schedule(this::tick, Math.max(this.delayNanos / 2, SHORTEST));
			done = true;
		}
		catch (OutOfMemoryError ex) {
			// whoever comes next tries again
		}
		finally {
			if (!done) {
				this.scheduled.set(false);
			}
		}
	}

	/** Called by the timer. */
	void tick() {
		Memory memory = this.memory;
		if (memory == null) {
			return;
		}
		try {
			memory.tick();
		}
		catch (RuntimeException | Error ex) {
			logger.log(Level.WARNING, "pooled: could not give memory back; trying again later", ex);
		}
		finally {
			this.scheduled.set(false);
			if (memory.committedBytes() != 0) {
				wake();
			}
		}
	}

	/** What goes home. */
	interface Memory {

		/** Gives back what was not in use since the last tick. */
		void tick();

		/** Returns whether there is any, in bytes. */
		long committedBytes();

	}

	/** Runs a tick, which logs its own failures, after so many nanoseconds. */
	@FunctionalInterface
	interface Timer {

		Future<?> schedule(Runnable tick, long nanos);

	}

	/** One thread for all allocators. */
	private static final class Clock {

		private static final ScheduledThreadPoolExecutor EXECUTOR = new ScheduledThreadPoolExecutor(1, Clock::thread);

		static {
			EXECUTOR.setRemoveOnCancelPolicy(true);
		}

		private static Thread thread(Runnable task) {
			Thread thread = new Thread(null, task, "freehold-purger", 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(null);
			return thread;
		}

		static Future<?> schedule(Runnable tick, long nanos) {
			return EXECUTOR.schedule(tick, nanos, TimeUnit.NANOSECONDS);
		}

	}

}
