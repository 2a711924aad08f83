package io.freehold.pool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * The clock by which memory goes home: ticks twice in the time that memory may be kept,
 * as long as there is any. Needs no calls of anybody, and keeps no allocator alive.
 */
final class Purger {

	private static final Logger logger = System.getLogger("io.freehold");

	/** What a long holds in nanoseconds, and more than a JVM lives. */
	private static final Duration LONGEST = Duration.ofDays(100 * 365);

	/** The shortest time between two ticks. */
	private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(100);

	private final Timer timer;

	/** Set once, before anybody else knows of the clock. */
	private WeakReference<@Nullable Memory> memory = new WeakReference<>(null);

	/** Whether a tick is due. Set by whoever schedules it, by compare-and-set. */
	private final AtomicBoolean scheduled = new AtomicBoolean();

	private volatile long delayNanos;

	Purger(Duration delay) {
		this(delay, Clock::schedule);
	}

	Purger(Duration delay, Timer timer) {
		this.delayNanos = nanos(delay);
		this.timer = timer;
	}

	void start(Memory memory) {
		this.memory = new WeakReference<>(memory);
	}

	void setDelay(Duration delay) {
		this.delayNanos = nanos(delay);
	}

	private static long nanos(Duration delay) {
		return (delay.compareTo(LONGEST) > 0) ? LONGEST.toNanos() : delay.toNanos();
	}

	/**
	 * Makes sure that the clock runs. To be called after memory was committed: a tick
	 * that comes before finds nothing, and is the last.
	 */
	void wake() {
		if (!this.scheduled.get() && this.scheduled.compareAndSet(false, true)) {
			try {
				this.timer.schedule(this::tick, Math.max(this.delayNanos / 2, SHORTEST));
			}
			catch (OutOfMemoryError ex) {
				// no heap for the tick, or no thread: whoever is next to wake it tries
				// again
				this.scheduled.set(false);
			}
		}
	}

	/** Called by the timer. */
	void tick() {
		this.scheduled.set(false);
		Memory memory = this.memory.get();
		if (memory == null) {
			return;
		}
		try {
			memory.trim(true);
		}
		catch (RuntimeException | Error ex) {
			logger.log(Level.WARNING, "pooled: could not give memory back; trying again later", ex);
		}
		if (memory.committedBytes() != 0) {
			wake();
		}
	}

	/** What goes home. */
	interface Memory {

		/**
		 * Gives back what is cached.
		 * @param idleOnly whether to spare what was in use since the last time
		 */
		void trim(boolean idleOnly);

		/** Returns whether there is any, in bytes. */
		long committedBytes();

	}

	/** Runs a tick, which logs its own failures, after so many nanoseconds. */
	@FunctionalInterface
	interface Timer {

		void schedule(Runnable tick, long nanos);

	}

	/** One thread for all allocators, started when the first needs it. */
	private static final class Clock {

		static final ScheduledThreadPoolExecutor EXECUTOR = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(null, task, "freehold-purger", 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(null);
			return thread;
		});

		static void schedule(Runnable tick, long nanos) {
			Future<?> _ = EXECUTOR.schedule(tick, nanos, TimeUnit.NANOSECONDS);
		}

	}

}
