package io.freehold.region;

import io.freehold.region.ChunkStock.Chunk;

import org.jspecify.annotations.Nullable;

/**
 * A stack of chunks, newest on top, and the cursor in the top one: the memory of a
 * region, or of an arena opened through it. Guarded by the region.
 */
final class Chunks {

	private final ChunkStock stock;

	/** Null until the first block needs one. */
	private @Nullable Chunk top;

	/** Where the next block may start; 0 without a chunk. */
	private long cursor;

	/** The end of the top chunk; 0 without one. */
	private long end;

	Chunks(ChunkStock stock) {
		this.stock = stock;
	}

	@Nullable Chunk top() {
		return this.top;
	}

	long cursor() {
		return this.cursor;
	}

	/**
	 * Returns whether a block is better off with a chunk of its own: one that would take
	 * more than half of the next chunk, while the rest of the top chunk goes to waste.
	 */
	boolean isOversized(long size, long alignment) {
		long most = (this.top == null) ? this.stock.nextSize() : this.stock.nextSize() / 2;
		return size > most || alignment > most - size;
	}

	/**
	 * Places a block in the top chunk; 0 if it has no room.
	 */
	long place(long size, long alignment) {
		long start = (this.cursor + alignment - 1) & -alignment;
		// an overflow makes the start negative
		if (start >= this.cursor && size <= this.end - start) {
			this.cursor = start + size;
			return start;
		}
		return 0;
	}

	/**
	 * Places a block, that is not oversized, in a new top chunk; 0 if there is no chunk.
	 */
	long placeInNext(long size, long alignment) {
		Chunk chunk = this.stock.take(size + Math.max(0, alignment - ChunkStock.CHUNK_ALIGNMENT));
		if (chunk == null) {
			return 0;
		}
		this.top = onTop(chunk);
		this.cursor = chunk.address();
		this.end = chunk.end();
		return place(size, alignment);
	}

	private Chunk onTop(Chunk chunk) {
		if (chunk.below() == this.top) {
			return chunk;
		}
		try {
			return new Chunk(chunk.address(), chunk.size(), this.top);
		}
		catch (Throwable ex) {
			this.stock.give(chunk);
			throw ex;
		}
	}

	/**
	 * Makes the last block end at {@code cursor}, which the caller has checked.
	 */
	void moveCursor(long cursor) {
		this.cursor = cursor;
	}

	/**
	 * Returns whether a block that starts at an address could end at another without
	 * leaving the top chunk.
	 */
	boolean hasRoom(long address, long size) {
		return size <= this.end - address;
	}

	/**
	 * Returns to an earlier state; the chunks above it go to the stock.
	 * @param chunk the top chunk of that state, which is still on the stack; null for
	 * none
	 * @param cursor the cursor of that state
	 */
	void rewind(@Nullable Chunk chunk, long cursor) {
		for (Chunk above = this.top; above != chunk && above != null; above = this.top) {
			this.top = above.below();
			this.cursor = (this.top != null) ? this.top.end() : 0;
			this.end = this.cursor;
			this.stock.give(above);
		}
		this.cursor = cursor;
		this.end = (chunk != null) ? chunk.end() : 0;
		assert isValid() : "cursor out of chunk";
	}

	/**
	 * Returns the chunk that an address lies in.
	 */
	@Nullable Chunk find(long address) {
		Chunk chunk = this.top;
		while (chunk != null && !chunk.contains(address)) {
			chunk = chunk.below();
		}
		return chunk;
	}

	boolean isValid() {
		Chunk chunk = this.top;
		return (chunk != null) ? this.end == chunk.end() && chunk.address() <= this.cursor && this.cursor <= this.end
				: this.cursor == 0 && this.end == 0;
	}

}
