package io.freehold.region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.freehold.region.Chunks.Chunk;

import org.jspecify.annotations.Nullable;

/**
 * What was taken from a region between one point of its life and the next: the scope of
 * the segments, and where to return to. Guarded by the region.
 */
final class Lifetime {

	private final Supplier<Arena> arenas;

	private final ChunkSource source;

	final @Nullable Lifetime below;

	/** The top chunk and the cursor when this lifetime began. */
	final @Nullable Chunk chunk;

	final long cursor;

	/** The scope of this lifetime's segments, opened by the first of them. */
	private @Nullable Arena arena;

	private boolean ended;

	/** Blocks with a chunk of their own. */
	private final List<Oversized> oversized = new ArrayList<>(0);

	/** Arenas opened through the region during this lifetime. */
	private final List<Lifetime> arenasOpened = new ArrayList<>(0);

	Lifetime(Supplier<Arena> arenas, ChunkSource source, @Nullable Lifetime below, @Nullable Chunk chunk, long cursor) {
		this.arenas = arenas;
		this.source = source;
		this.below = below;
		this.chunk = chunk;
		this.cursor = cursor;
	}

	Arena arena() {
		Arena arena = this.arena;
		if (arena == null) {
			arena = this.arenas.get();
			this.arena = arena;
		}
		return arena;
	}

	boolean hasEnded() {
		return this.ended;
	}

	boolean owns(MemorySegment segment) {
		return this.arena != null && this.arena.scope().equals(segment.scope());
	}

	void opened(Lifetime arena) {
		this.arenasOpened.add(arena);
	}

	void closed(Lifetime arena) {
		this.arenasOpened.remove(arena);
	}

	long placeOversized(long size, long alignment) {
		long address = this.source.take(size, alignment);
		if (address != 0) {
			this.oversized.add(new Oversized(address, size, alignment, size));
		}
		return address;
	}

	@Nullable Oversized findOversized(long address) {
		for (Oversized candidate : this.oversized) {
			if (candidate.contains(address)) {
				return candidate;
			}
		}
		return null;
	}

	void giveOversized(Oversized block) {
		this.oversized.remove(block);
		this.source.give(block.address(), block.taken(), block.alignment());
	}

	void replaceOversized(Oversized block, Oversized replacement) {
		this.oversized.set(this.oversized.indexOf(block), replacement);
	}

	/**
	 * Makes all segments of this lifetime inaccessible and gives back the memory of those
	 * with a chunk of their own. What was revoked before an exception stays so, and the
	 * rest can be tried again.
	 * @throws IllegalStateException if a native call holds a segment
	 */
	void end() {
		while (!this.arenasOpened.isEmpty()) {
			this.arenasOpened.getLast().end();
			this.arenasOpened.removeLast();
		}
		if (this.arena != null) {
			this.arena.close();
			this.arena = null;
		}
		this.ended = true;
		giveAllOversized();
	}

	/**
	 * Gives memory back although segments were not revoked, because nobody is left who
	 * could access them.
	 */
	void abandon() {
		this.arenasOpened.forEach(Lifetime::abandon);
		this.ended = true;
		giveAllOversized();
	}

	private void giveAllOversized() {
		while (!this.oversized.isEmpty()) {
			Oversized block = this.oversized.removeLast();
			this.source.give(block.address(), block.taken(), block.alignment());
		}
	}

	/**
	 * A block with a chunk of its own.
	 *
	 * @param address its start
	 * @param taken the size of the chunk
	 * @param alignment the alignment of both
	 * @param size the size of the block, less than the chunk's if it was shrunk
	 */
	record Oversized(long address, long taken, long alignment, long size) {

		boolean contains(long address) {
			return this.address <= address && address < this.address + this.taken;
		}

	}

}
