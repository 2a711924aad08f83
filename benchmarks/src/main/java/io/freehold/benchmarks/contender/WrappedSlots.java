package io.freehold.benchmarks.contender;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Blocks of a contender that speaks in addresses, as segments.
 */
final class WrappedSlots implements Slots {

	private final RawAllocator allocator;

	private final @Nullable MemorySegment[] blocks;

	WrappedSlots(RawAllocator allocator, int count) {
		this.allocator = allocator;
		this.blocks = new MemorySegment[count];
	}

	@SuppressWarnings("restricted")
	private MemorySegment wrapped(int size) {
		// SAFETY: the contender has just given out size bytes at this address
		return MemorySegment.ofAddress(RawAllocator.require(this.allocator.allocate(size))).reinterpret(size);
	}

	private void unwrap(MemorySegment block) {
		this.allocator.free(block.address(), block.byteSize());
	}

	@Override
	public void allocate(int slot, int size) {
		assert !holds(slot);
		MemorySegment block = wrapped(size);
		block.set(ValueLayout.JAVA_BYTE, 0, (byte) slot);
		this.blocks[slot] = block;
	}

	@Override
	public void free(int slot) {
		unwrap(Objects.requireNonNull(this.blocks[slot]));
		this.blocks[slot] = null;
	}

	@Override
	public void pair(int size, Blackhole sink) {
		MemorySegment block = wrapped(size);
		sink.consume(block);
		unwrap(block);
	}

	@Override
	public boolean holds(int slot) {
		return this.blocks[slot] != null;
	}

	@Override
	public void put(int slot, int offset, byte value) {
		Objects.requireNonNull(this.blocks[slot]).set(ValueLayout.JAVA_BYTE, offset, value);
	}

	@Override
	public byte get(int slot, int offset) {
		return Objects.requireNonNull(this.blocks[slot]).get(ValueLayout.JAVA_BYTE, offset);
	}

	@Override
	public int count() {
		return this.blocks.length;
	}

}
