package io.freehold.benchmarks.contender;

import org.openjdk.jmh.infra.Blackhole;

/**
 * No blocks at all: what remains is the cost of the workload itself.
 */
final class NoSlots implements Slots {

	private final int[] sizes;

	NoSlots(int count) {
		this.sizes = new int[count];
	}

	@Override
	public void allocate(int slot, int size) {
		assert !holds(slot);
		this.sizes[slot] = size;
	}

	@Override
	public void free(int slot) {
		assert holds(slot);
		this.sizes[slot] = 0;
	}

	@Override
	public void pair(int size, Blackhole sink) {
		sink.consume(size);
	}

	@Override
	public boolean holds(int slot) {
		return this.sizes[slot] != 0;
	}

	@Override
	public void put(int slot, int offset, byte value) {
	}

	@Override
	public byte get(int slot, int offset) {
		throw new UnsupportedOperationException("there are no blocks to read from");
	}

	@Override
	public int count() {
		return this.sizes.length;
	}

}
