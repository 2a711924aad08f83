package io.freehold.benchmarks.contender;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Blocks that each have a confined arena. They can be freed only by the thread that
 * allocated them.
 */
final class ArenaSlots implements Slots {

	private final @Nullable Arena[] arenas;

	private final @Nullable MemorySegment[] blocks;

	ArenaSlots(int count) {
		this.arenas = new Arena[count];
		this.blocks = new MemorySegment[count];
	}

	@Override
	public void allocate(int slot, int size) {
		assert !holds(slot);
		Arena arena = Arena.ofConfined();
		MemorySegment block = arena.allocate(size);
		block.set(ValueLayout.JAVA_BYTE, 0, (byte) slot);
		this.arenas[slot] = arena;
		this.blocks[slot] = block;
	}

	@Override
	public void free(int slot) {
		Objects.requireNonNull(this.arenas[slot]).close();
		this.arenas[slot] = null;
		this.blocks[slot] = null;
	}

	@Override
	public void pair(int size, Blackhole sink) {
		try (Arena arena = Arena.ofConfined()) {
			sink.consume(arena.allocate(size));
		}
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
