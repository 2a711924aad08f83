package io.freehold.benchmarks;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

import io.freehold.benchmarks.contender.Slots;

import org.jspecify.annotations.Nullable;

/**
 * A ring of tables that go full from one producer to one consumer and come back empty.
 * Neither ever blocks: who finds nothing tries again.
 */
final class Batches {

	/** The counters are cache lines apart from each other and from the array's header. */
	private static final int PRODUCED = 16;

	private static final int CONSUMED = 48;

	private final Slots[] ring;

	private final AtomicLongArray counters = new AtomicLongArray(64);

	Batches(Slots[] ring) {
		this.ring = ring;
	}

	/**
	 * Returns the number of blocks in all tables, exact while nobody uses them.
	 */
	int live() {
		return Arrays.stream(this.ring).mapToInt(Slots::live).sum();
	}

	/**
	 * Returns the table to be filled next, or null if all are full. For the producer.
	 */
	@Nullable Slots nextEmpty() {
		long produced = this.counters.getPlain(PRODUCED);
		boolean full = produced - this.counters.getAcquire(CONSUMED) == this.ring.length;
		return full ? null : this.ring[(int) (produced % this.ring.length)];
	}

	/**
	 * Hands over the table that is full now. For the producer.
	 */
	void filled() {
		this.counters.setRelease(PRODUCED, this.counters.getPlain(PRODUCED) + 1);
	}

	/**
	 * Returns the table to be emptied next, or null if none is full. For the consumer.
	 */
	@Nullable Slots nextFull() {
		long consumed = this.counters.getPlain(CONSUMED);
		boolean empty = consumed == this.counters.getAcquire(PRODUCED);
		return empty ? null : this.ring[(int) (consumed % this.ring.length)];
	}

	/**
	 * Hands back the table that is empty now. For the consumer.
	 */
	void emptied() {
		this.counters.setRelease(CONSUMED, this.counters.getPlain(CONSUMED) + 1);
	}

}
