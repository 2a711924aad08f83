package io.freehold.benchmarks.contender;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.openjdk.jmh.infra.Blackhole;

/**
 * Blocks as addresses and sizes.
 */
@SuppressWarnings("restricted")
final class RawSlots implements Slots {

	// SAFETY: only ever used with offsets inside blocks of the table
	private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

	private final RawAllocator allocator;

	private final long[] addresses;

	private final int[] sizes;

	RawSlots(RawAllocator allocator, int count) {
		this.allocator = allocator;
		this.addresses = new long[count];
		this.sizes = new int[count];
	}

	@Override
	public void allocate(int slot, int size) {
		assert !holds(slot);
		long address = RawAllocator.require(this.allocator.allocate(size));
		MEMORY.set(ValueLayout.JAVA_BYTE, address, (byte) slot);
		this.addresses[slot] = address;
		this.sizes[slot] = size;
	}

	@Override
	public void free(int slot) {
		assert holds(slot);
		this.allocator.free(this.addresses[slot], this.sizes[slot]);
		this.addresses[slot] = 0;
	}

	@Override
	public void pair(int size, Blackhole sink) {
		long address = RawAllocator.require(this.allocator.allocate(size));
		sink.consume(address);
		this.allocator.free(address, size);
	}

	@Override
	public boolean holds(int slot) {
		return this.addresses[slot] != 0;
	}

	@Override
	public void put(int slot, int offset, byte value) {
		MEMORY.set(ValueLayout.JAVA_BYTE, this.addresses[slot] + offset, value);
	}

	@Override
	public byte get(int slot, int offset) {
		return MEMORY.get(ValueLayout.JAVA_BYTE, this.addresses[slot] + offset);
	}

	@Override
	public int count() {
		return this.addresses.length;
	}

}
