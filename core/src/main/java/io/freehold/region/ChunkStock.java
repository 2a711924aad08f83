package io.freehold.region;

import org.jspecify.annotations.Nullable;

/**
 * Where the chunks of one region come from and go to: one that was in use before, if
 * there is a spare one, else the source. Guarded by the region.
 */
final class ChunkStock {

	static final long CHUNK_ALIGNMENT = 64;

	private static final long MAX_CHUNK_SIZE = 1 << 20;

	private final ChunkSource source;

	private @Nullable Chunk spare;

	/** The size of the next chunk that is taken from the source. */
	private long nextSize;

	ChunkStock(ChunkSource source) {
		this.source = source;
		this.nextSize = source.chunkSize();
	}

	long nextSize() {
		return this.nextSize;
	}

	/** Takes a chunk of at least {@code needed} bytes; null if that is refused. */
	@Nullable Chunk take(long needed) {
		Chunk chunk = this.spare;
		if (chunk != null && chunk.size() >= needed) {
			this.spare = null;
			return chunk;
		}
		// a smaller chunk is better than none
		for (long length = this.nextSize; length > needed / 2; length /= 2) {
			long request = Math.max(length, needed);
			long address = this.source.take(request, CHUNK_ALIGNMENT);
			if (address != 0) {
				if (length == this.nextSize) {
					this.nextSize = Math.max(this.nextSize, Math.min(2 * length, MAX_CHUNK_SIZE));
				}
				return chunk(address, request);
			}
		}
		return null;
	}

	private Chunk chunk(long address, long size) {
		try {
			return new Chunk(address, size, null);
		}
		catch (Throwable ex) {
			this.source.give(address, size, CHUNK_ALIGNMENT);
			throw ex;
		}
	}

	/** Takes a chunk back: the largest becomes the spare one, others go to the source. */
	void give(Chunk chunk) {
		Chunk kept = this.spare;
		if (kept != null && kept.size() >= chunk.size()) {
			giveToSource(chunk);
			return;
		}
		this.spare = chunk;
		if (kept != null) {
			giveToSource(kept);
		}
	}

	boolean hasSpare() {
		return this.spare != null;
	}

	/** Gives the spare chunk to the source; returns whether there was one. */
	boolean giveSpare() {
		Chunk last = this.spare;
		if (last == null) {
			return false;
		}
		this.spare = null;
		giveToSource(last);
		return true;
	}

	private void giveToSource(Chunk chunk) {
		this.source.give(chunk.address(), chunk.size(), CHUNK_ALIGNMENT);
	}

	/**
	 * A chunk, and the one below it on a stack.
	 *
	 * @param address its start
	 * @param size its length in bytes
	 * @param below the chunk that was on top before, if it is on a stack
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
