package io.freehold.benchmarks.contender;

import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Direct buffers of a Netty allocator.
 */
final class ByteBufSlots implements Slots {

	private final ByteBufAllocator allocator;

	private final @Nullable ByteBuf[] blocks;

	ByteBufSlots(ByteBufAllocator allocator, int count) {
		this.allocator = allocator;
		this.blocks = new ByteBuf[count];
	}

	@Override
	public void allocate(int slot, int size) {
		assert !holds(slot);
		ByteBuf block = this.allocator.directBuffer(size);
		block.setByte(0, slot);
		this.blocks[slot] = block;
	}

	@Override
	public void free(int slot) {
		Objects.requireNonNull(this.blocks[slot]).release();
		this.blocks[slot] = null;
	}

	@Override
	public void pair(int size, Blackhole sink) {
		ByteBuf block = this.allocator.directBuffer(size);
		sink.consume(block);
		block.release();
	}

	@Override
	public boolean holds(int slot) {
		return this.blocks[slot] != null;
	}

	@Override
	public void put(int slot, int offset, byte value) {
		Objects.requireNonNull(this.blocks[slot]).setByte(offset, value);
	}

	@Override
	public byte get(int slot, int offset) {
		return Objects.requireNonNull(this.blocks[slot]).getByte(offset);
	}

	@Override
	public int count() {
		return this.blocks.length;
	}

}
