package io.freehold.pool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes all magazines and depots of an allocator may keep together.
 */
final class CacheAllowance {

	private volatile long limit;

	/** By compare-and-set. */
	private final AtomicLong used = new AtomicLong();

	CacheAllowance(long limit) {
		this.limit = limit;
	}

	void setLimit(long limit) {
		this.limit = limit;
	}

	/** Takes bytes unless that would pass the limit. */
	boolean tryTake(long bytes) {
		long used = this.used.get();
		while (used + bytes <= this.limit) {
			long witness = this.used.compareAndExchange(used, used + bytes);
			if (witness == used) {
				return true;
			}
			used = witness;
		}
		return false;
	}

	/** Returns whether bytes could be taken if nothing else were. */
	boolean permits(long bytes) {
		return bytes <= this.limit;
	}

	/** Returns whether bytes could be taken now. */
	boolean hasRoom(long bytes) {
		return bytes <= this.limit - this.used.get();
	}

	void give(long bytes) {
		this.used.addAndGet(-bytes);
	}

	boolean isExceeded() {
		return this.used.get() > this.limit;
	}

	long used() {
		return this.used.get();
	}

}
