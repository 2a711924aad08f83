package io.freehold.benchmarks.contender;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

import io.freehold.Allocator;
import io.freehold.Layout;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Blocks of a Freehold allocator. A layout is made for every call, as by users whose
 * sizes vary.
 */
final class AllocatorSlots implements Slots {

	private final Allocator allocator;

	private final @Nullable MemorySegment[] blocks;

	AllocatorSlots(Allocator allocator, int count) {
		this.allocator = allocator;
		this.blocks = new MemorySegment[count];
	}

	private static Layout layout(long size) {
		return Layout.of(size, Freehold.ALIGNMENT);
	}

	private void deallocate(MemorySegment block) {
		this.allocator.deallocate(block, layout(block.byteSize()));
	}

	@Override
	public void allocate(int slot, int size) {
		assert !holds(slot);
		MemorySegment block = this.allocator.allocate(layout(size));
		block.set(ValueLayout.JAVA_BYTE, 0, (byte) slot);
		this.blocks[slot] = block;
	}

	@Override
	public void free(int slot) {
		deallocate(Objects.requireNonNull(this.blocks[slot]));
		this.blocks[slot] = null;
	}

	@Override
	public void pair(int size, Blackhole sink) {
		MemorySegment block = this.allocator.allocate(layout(size));
		sink.consume(block);
		deallocate(block);
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
