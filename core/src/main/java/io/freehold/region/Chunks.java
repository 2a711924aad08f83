package io.freehold.region;

import org.jspecify.annotations.Nullable;

/**
 * The chunks of a region, newest on top, and the cursor in the top one. Guarded by the
 * region.
 */
final class Chunks {

	private static final long MAX_CHUNK_SIZE = 1 << 20;

	private static final long CHUNK_ALIGNMENT = 64;

	private final ChunkSource source;

	/** Null until the first block needs one. */
	private @Nullable Chunk top;

	/** A chunk that was in use before and may be again; not on the stack. */
	private @Nullable Chunk spare;

	/** Where the next block may start; 0 without a chunk. */
	private long cursor;

	/** The end of the top chunk; 0 without one. */
	private long end;

	private long nextSize;

	Chunks(ChunkSource source) {
		this.source = source;
		this.nextSize = source.chunkSize();
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
		long most = (this.top == null) ? this.nextSize : this.nextSize / 2;
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
	 * Places a block, that is not oversized, in a new top chunk; 0 if no chunk is to be
	 * had.
	 */
	long placeInNext(long size, long alignment) {
		long needed = size + Math.max(0, alignment - CHUNK_ALIGNMENT);
		Chunk chunk = this.spare;
		if (chunk != null && chunk.size() >= needed) {
			this.spare = null;
			push(new Chunk(chunk.address(), chunk.size(), this.top));
			return place(size, alignment);
		}
		// a smaller chunk is better than none
		for (long length = this.nextSize; length > needed / 2; length /= 2) {
			long request = Math.max(length, needed);
			long address = this.source.take(request, CHUNK_ALIGNMENT);
			if (address != 0) {
				push(new Chunk(address, request, this.top));
				if (length == this.nextSize) {
					this.nextSize = Math.max(this.nextSize, Math.min(2 * length, MAX_CHUNK_SIZE));
				}
				return place(size, alignment);
			}
		}
		return 0;
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
	 * Returns to an earlier state. Of the chunks above it the largest becomes the spare
	 * one, the others go back.
	 */
	void rewind(@Nullable Chunk chunk, long cursor) {
		for (Chunk above = this.top; above != chunk && above != null; above = above.below()) {
			keepOrGive(above);
		}
		this.top = chunk;
		this.cursor = cursor;
		this.end = (chunk != null) ? chunk.end() : 0;
	}

	/**
	 * Returns to the beginning, with the largest chunk to spare.
	 */
	void restart() {
		rewind(null, 0);
	}

	void giveAll() {
		rewind(null, 0);
		giveSpare();
	}

	/** Gives the spare chunk back; returns whether there was one. */
	boolean giveSpare() {
		Chunk last = this.spare;
		if (last == null) {
			return false;
		}
		this.spare = null;
		give(last);
		return true;
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

	private void push(Chunk chunk) {
		this.top = chunk;
		this.cursor = chunk.address();
		this.end = chunk.end();
	}

	private void keepOrGive(Chunk chunk) {
		Chunk kept = this.spare;
		if (kept == null || kept.size() < chunk.size()) {
			this.spare = chunk;
			if (kept != null) {
				give(kept);
			}
		}
		else {
			give(chunk);
		}
	}

	private void give(Chunk chunk) {
		this.source.give(chunk.address(), chunk.size(), CHUNK_ALIGNMENT);
	}

	/**
	 * A chunk and the one below it.
	 *
	 * @param address its start
	 * @param size its length in bytes
	 * @param below the chunk that was on top before
	 */
	record Chunk(long address, long size, @Nullable Chunk below) {

		long end() {
			return this.address + this.size;
		}

		boolean contains(long address) {
			return this.address <= address && address < end();
		}

	}

}
