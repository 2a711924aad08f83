package io.freehold.pool;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.freehold.internal.sync.Clock;

import org.jspecify.annotations.Nullable;

/**
 * Returns memory to the operating system as time passes: ticks twice in the time that
 * memory may be kept, as long as there is any. Needs no calls of users.
 */
final class Purger extends Clock.Task {

	/*
	 * A thread that has taken memory wakes the purger after that. The purger, after a
	 * tick, declares that it sleeps, and then looks whether there is memory. So either
	 * sees the other.
	 */

	/** What a long holds in nanoseconds, and more than a JVM lives. */
	private static final Duration LONGEST = Duration.ofDays(100 * 365);

	/** The shortest time between two ticks. */
	private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(100);

	private final Clock clock;

	/** Set once, before anyone else knows of the purger. */
	private @Nullable Memory memory;

	/**
	 * Whether a tick is to come. Written by those who take memory and by the clock; a
	 * tick too many does no harm.
	 */
	private volatile boolean awake;

	private volatile long delayNanos;

	Purger(Duration delay, Clock clock) {
		this.delayNanos = nanos(delay);
		this.clock = clock;
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

	private long interval() {
		return Math.max(this.delayNanos / 2, SHORTEST);
	}

	/** Sets the time that memory may be kept, from now on. */
	void setDelay(Duration delay) {
		this.delayNanos = nanos(delay);
		if (this.awake) {
			this.clock.reschedule(this, interval());
		}
	}

	/**
	 * Makes sure that ticks come. To be called after memory was taken, and where memory
	 * could be given back. Never throws.
	 */
	void wake() {
		if (this.awake) {
			this.clock.keepGoing();
			return;
		}
		this.awake = true;
		this.clock.schedule(this, interval());
	}

	@Override
	protected long run() {
		Memory memory = this.memory;
		if (memory == null) {
			return DONE;
		}
		memory.tick();
		this.awake = false;
		if (memory.committedBytes() == 0) {
			return DONE;
		}
		this.awake = true;
		return interval();
	}

	/** What is returned. */
	interface Memory {

		/** Gives back what was not in use since the last tick. */
		void tick();

		/** Returns how much there is, in bytes. */
		long committedBytes();

	}

}
