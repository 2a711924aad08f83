package io.freehold.budget;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The most bytes that were in use at one level at the same time.
 */
final class Peak {

	private static final int SLACK_SHIFT = 4;

	private static final long MAX_SLACK = 64 << 10;

	/** Raised by compare-and-set, when all that is reserved is known to be in use. */
	private final AtomicLong bytes = new AtomicLong();

	long get() {
		return this.bytes.get();
	}

	void raise(long used) {
		long peak = this.bytes.get();
		while (used > peak && !this.bytes.compareAndSet(peak, used)) {
			peak = this.bytes.get();
		}
	}

	/**
	 * Returns by how many bytes it may be missed where several allocators retain credit:
	 * by so much it takes use to pass it before anybody recalls what is retained.
	 */
	long slack() {
		return Math.min(get() >> SLACK_SHIFT, MAX_SLACK);
	}

}
