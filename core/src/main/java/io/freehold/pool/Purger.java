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

	/** Set once, before anybody else knows of the clock. */
	private WeakReference<@Nullable PooledBlocks> blocks = new WeakReference<>(null);

	/** Whether a tick is due. Set by whoever schedules it, by compare-and-set. */
	private final AtomicBoolean scheduled = new AtomicBoolean();

	private volatile long delayNanos;

	Purger(Duration delay) {
		this.delayNanos = nanos(delay);
	}

	void start(PooledBlocks blocks) {
		this.blocks = new WeakReference<>(blocks);
	}

	void setDelay(Duration delay) {
		this.delayNanos = nanos(delay);
	}

	Duration delay() {
		return Duration.ofNanos(this.delayNanos);
	}

	private static long nanos(Duration delay) {
		return (delay.compareTo(LONGEST) > 0) ? LONGEST.toNanos() : delay.toNanos();
	}

	/** Makes sure that the clock runs. */
	void wake() {
		if (!this.scheduled.get() && this.scheduled.compareAndSet(false, true)) {
			// a tick logs its own failures
			Future<?> _ = Clock.EXECUTOR.schedule(this::tick, Math.max(this.delayNanos / 2, SHORTEST),
					TimeUnit.NANOSECONDS);
		}
	}

	private void tick() {
		this.scheduled.set(false);
		PooledBlocks blocks = this.blocks.get();
		if (blocks == null) {
			return;
		}
		try {
			blocks.trim(true);
		}
		catch (RuntimeException | Error ex) {
			logger.log(Level.WARNING, "pooled: could not give memory back; trying again later", ex);
		}
		if (blocks.committedBytes() != 0) {
			wake();
		}
	}

	/** One thread for all allocators, started when the first needs it. */
	private static final class Clock {

		static final ScheduledThreadPoolExecutor EXECUTOR = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(null, task, "freehold-purger", 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(null);
			return thread;
		});

	}

}
