package io.freehold.managed;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

import io.freehold.AllocationException.Reason;

/**
 * Counts of refused requests, by reason. Atomic increments.
 */
final class Failures {

	private static final Reason[] REASONS = Reason.values();

	private final AtomicLongArray counts = new AtomicLongArray(REASONS.length);

	void count(Reason reason) {
		this.counts.incrementAndGet(reason.ordinal());
	}

	Map<Reason, Long> snapshot() {
		Map<Reason, Long> snapshot = new EnumMap<>(Reason.class);
		for (Reason reason : REASONS) {
			long count = this.counts.get(reason.ordinal());
			if (count != 0) {
				snapshot.put(reason, count);
			}
		}
		return snapshot;
	}

}
