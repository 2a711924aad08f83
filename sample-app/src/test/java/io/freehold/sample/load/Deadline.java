package io.freehold.sample.load;

import java.time.Duration;

/**
 * When to stop: after some time, or as soon as something has failed.
 */
final class Deadline {

	private final long start = System.nanoTime();

	private final Duration duration;

	private volatile boolean failed;

	Deadline(Duration duration) {
		this.duration = duration;
	}

	void fail() {
		this.failed = true;
	}

	boolean isOver() {
		return this.failed || System.nanoTime() - this.start >= this.duration.toNanos();
	}

	double seconds() {
		return (System.nanoTime() - this.start) / 1e9;
	}

}
