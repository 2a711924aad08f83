package io.freehold.managed;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

import io.freehold.AllocationException.Reason;
import io.freehold.budget.Ledger;
import io.freehold.stats.AllocatorStats;

/**
 * What a node counts beside its blocks: failures, regions, leaks. Atomic increments; each
 * counter stands alone.
 */
final class Tally {

	private static final Reason[] REASONS = Reason.values();

	private final AtomicLongArray failures = new AtomicLongArray(REASONS.length);

	private final AtomicLong leakedBlocks = new AtomicLong();

	private final AtomicLong leakedBytes = new AtomicLong();

	void failed(Reason reason) {
		this.failures.incrementAndGet(reason.ordinal());
	}

	void leaked(long blocks, long bytes) {
		this.leakedBlocks.addAndGet(blocks);
		this.leakedBytes.addAndGet(bytes);
	}

	/** Takes over the leaks of a child that has closed. */
	void addLeaksOf(Tally child) {
		leaked(child.leakedBlocks.get(), child.leakedBytes.get());
	}

	AllocatorStats snapshot(Ledger ledger, Leases regions) {
		// what ends is read before what begins it, so that no difference is negative
		long closed = regions.closed();
		Ledger.Counts counts = ledger.counts();
		return new AllocatorStats(counts.allocations(), counts.deallocations(), counts.reallocations(),
				counts.allocatedBytes(), counts.deallocatedBytes(), regions.opened(), closed, this.leakedBlocks.get(),
				this.leakedBytes.get(), failures());
	}

	private Map<Reason, Long> failures() {
		Map<Reason, Long> snapshot = new EnumMap<>(Reason.class);
		for (Reason reason : REASONS) {
			long count = this.failures.get(reason.ordinal());
			if (count != 0) {
				snapshot.put(reason, count);
			}
		}
		return snapshot;
	}

}
