package io.freehold.pages;

/**
 * Consecutive pages of a chunk that were taken for one purpose.
 *
 * @param chunk the chunk
 * @param first the number of the first page
 * @param count how many pages
 * @param zero whether all of them read as zero
 */
public record PageRun(Chunk chunk, int first, int count, boolean zero) {

	public long address() {
		return this.chunk.address(this.first);
	}

	public long length() {
		return (long) this.count * this.chunk.placeSize();
	}

}
