package io.freehold.stress;

import java.util.concurrent.atomic.LongAdder;

/**
 * What was done under stress, by any number of threads.
 */
final class FaultCounts {

	final LongAdder allocated = new LongAdder();

	final LongAdder resized = new LongAdder();

	final LongAdder freed = new LongAdder();

	final LongAdder regions = new LongAdder();

	final LongAdder heaps = new LongAdder();

	final LongAdder closed = new LongAdder();

	final LongAdder refused = new LongAdder();

	final LongAdder overflows = new LongAdder();

	/** Returns a number that grows with each operation. */
	long all() {
		return this.allocated.sum() + this.resized.sum() + this.freed.sum() + this.regions.sum() + this.heaps.sum()
				+ this.closed.sum() + this.refused.sum() + this.overflows.sum();
	}

	@Override
	public String toString() {
		return "%d blocks allocated, %d resized, %d freed, %d regions, %d heaps, %d allocators closed, %d refusals, %d stack overflows"
			.formatted(this.allocated.sum(), this.resized.sum(), this.freed.sum(), this.regions.sum(), this.heaps.sum(),
					this.closed.sum(), this.refused.sum(), this.overflows.sum());
	}

}
