package io.freehold.region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.freehold.Layout;
import io.freehold.region.ChunkStock.Chunk;

import org.jspecify.annotations.Nullable;

/**
 * What was taken from a region between one point of its life and the next: the scope of
 * the segments, and where to return to. Guarded by the region.
 */
final class Lifetime {

	private final BumpRegion region;

	final @Nullable Lifetime below;

	/** The top chunk and the cursor when this lifetime began. */
	final @Nullable Chunk chunk;

	final long cursor;

	/** The scope of this lifetime's segments, opened by the first of them. */
	private @Nullable Arena arena;

	private boolean ended;

	/** Blocks with a chunk of their own; can be added to when there are some. */
	private List<Oversized> oversized = List.of();

	/** Arenas opened through the region during this lifetime; likewise. */
	private List<Lifetime> arenasOpened = List.of();

	/** The memory of an arena, null for a lifetime that shares the region's. */
	private final @Nullable Chunks memory;

	private Lifetime(BumpRegion region, @Nullable Lifetime below, @Nullable Chunk chunk, long cursor,
			@Nullable Chunks memory) {
		this.region = region;
		this.below = below;
		this.chunk = chunk;
		this.cursor = cursor;
		this.memory = memory;
	}

	/** The lifetime of a region, which begins anew when the region is reset. */
	static Lifetime ofRegion(BumpRegion region) {
		return new Lifetime(region, null, null, 0, null);
	}

	/** What is taken from a region from now on until a mark ends. */
	Lifetime above(Chunks chunks) {
		return new Lifetime(this.region, this, chunks.top(), chunks.cursor(), null);
	}

	/**
	 * The lifetime of an arena with memory of its own, which ends before this one once it
	 * was added.
	 */
	Lifetime ofArena(Chunks memory) {
		return new Lifetime(this.region, this, null, 0, memory);
	}

	void add(Lifetime arena) {
		this.arenasOpened = plus(this.arenasOpened, arena);
	}

	/** Begins the lifetime of a region anew. */
	void restart() {
		this.ended = false;
	}

	Arena arena() {
		Arena arena = this.arena;
		if (arena == null) {
			arena = this.region.newArena();
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

	long placeOversized(Layout layout) {
		long address = this.region.source.take(layout.size(), layout.alignment());
		if (address != 0) {
			try {
				this.oversized = plus(this.oversized, new Oversized(address, layout, layout));
			}
			catch (Throwable ex) {
				this.region.source.give(address, layout.size(), layout.alignment());
				throw ex;
			}
		}
		return address;
	}

	@Nullable Oversized findOversized(long address) {
		// the latest are the likeliest
		for (int i = this.oversized.size() - 1; i >= 0; i--) {
			if (this.oversized.get(i).contains(address)) {
				return this.oversized.get(i);
			}
		}
		return null;
	}

	void giveOversized(Oversized block) {
		remove(block);
		give(block);
	}

	private void remove(Oversized block) {
		int i = this.oversized.size() - 1;
		while (this.oversized.get(i) != block) {
			i--;
		}
		this.oversized.remove(i);
	}

	/**
	 * Records a block of this lifetime in place of one of another, or of this one. It is
	 * never in two: they would give its chunk back twice.
	 */
	void adopt(Oversized block, Lifetime holder, Oversized replaced) {
		this.oversized = withRoom(this.oversized);
		holder.remove(replaced);
		this.oversized.add(block);
	}

	/** Adds to a list, which is the empty one at first. */
	private static <T> List<T> plus(List<T> list, T element) {
		List<T> longer = withRoom(list);
		longer.add(element);
		return longer;
	}

	/** Returns a list to which one more can be added without any heap. */
	private static <T> List<T> withRoom(List<T> list) {
		if (list.isEmpty() || !(list instanceof ArrayList<T> present)) {
			return new ArrayList<>(1);
		}
		present.ensureCapacity(present.size() + 1);
		return present;
	}

	private void give(Oversized block) {
		this.region.source.give(block.address(), block.chunk().size(), block.chunk().alignment());
	}

	/**
	 * Makes all segments of this lifetime inaccessible, and gives back the memory that is
	 * its alone. What was revoked before an exception stays so, and the rest can be tried
	 * again.
	 * @throws SegmentHeldException if a native call holds a segment
	 */
	void end() {
		while (!this.arenasOpened.isEmpty()) {
			this.arenasOpened.getLast().end();
			this.arenasOpened.removeLast();
		}
		if (this.arena != null) {
			try {
				this.arena.close();
			}
			catch (IllegalStateException ex) {
				throw new SegmentHeldException(this.region.source.name(), ex);
			}
			this.arena = null;
		}
		this.ended = true;
		giveBack();
	}

	/** Ends the lifetime of an arena before the one around it. */
	void endArena() {
		end();
		if (this.below != null) {
			this.below.arenasOpened.remove(this);
		}
	}

	/**
	 * Gives memory back although segments were not revoked, because no thread is left
	 * that could access them.
	 */
	void abandon() {
		for (Lifetime arena : this.arenasOpened) {
			arena.abandon();
		}
		this.ended = true;
		giveBack();
	}

	private void giveBack() {
		while (!this.oversized.isEmpty()) {
			give(this.oversized.removeLast());
		}
		if (this.memory != null) {
			this.memory.rewind(null, 0);
		}
	}

	/**
	 * A block with a chunk of its own.
	 *
	 * @param address where both start
	 * @param chunk the layout of the chunk
	 * @param block the layout of the block, which differs if it was shrunk
	 */
	record Oversized(long address, Layout chunk, Layout block) {

		boolean contains(long address) {
			return this.address <= address && address < this.address + this.chunk.size();
		}

		Oversized shrunk(Layout block) {
			return new Oversized(this.address, this.chunk, block);
		}

	}

}
