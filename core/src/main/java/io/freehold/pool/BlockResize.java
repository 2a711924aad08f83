package io.freehold.pool;

import io.freehold.internal.Memory;
import io.freehold.pages.Chunk;
import io.freehold.pages.Extent;

/**
 * Resizes blocks: in place if that is possible and not wasteful, else by moving them.
 *
 * @param blocks where they belong to
 */
record BlockResize(PooledBlocks blocks) {

	/**
	 * Resizes a block that the caller has claimed.
	 * @return the address of the block, still claimed, with the new size, in its old
	 * place or in a new one; then the old one is freed. 0 if refused, with the old block
	 * as it was, still claimed. Never refused if the block shrinks
	 */
	long resize(long address, long oldSize, long alignment, long newSize, long owner) {
		Extent extent = this.blocks.claimedIn(address);
		boolean inPlace = switch (extent) {
			case Slab slab -> slab.isFitFor(newSize, alignment);
			case Chunk chunk -> resizeRun(chunk, address, oldSize, newSize);
			case null, default -> false;
		};
		if (inPlace) {
			return address;
		}
		if (extent == null && (newSize > this.blocks.maxRun() || alignment > this.blocks.maxRun())) {
			long resized = this.blocks.mapped.resize(address, newSize);
			if (resized != 0) {
				return resized;
			}
		}
		return move(address, oldSize, alignment, newSize, owner);
	}

	private boolean resizeRun(Chunk chunk, long address, long oldSize, long newSize) {
		if (newSize <= SizeClass.MAX_SIZE || newSize > this.blocks.maxRun()) {
			return false;
		}
		if (newSize > oldSize) {
			return this.blocks.pages.extend(chunk, chunk.index(address), oldSize, newSize);
		}
		this.blocks.pages.shorten(chunk, chunk.index(address), oldSize, newSize);
		return true;
	}

	private long move(long address, long oldSize, long alignment, long newSize, long owner) {
		long moved = this.blocks.allocate(newSize, alignment, owner, true);
		if (moved == 0) {
			return (newSize <= oldSize) ? shrinkWherePossible(address, oldSize, newSize) : 0;
		}
		boolean copied = false;
		try {
			Memory.copy(address, moved, Math.min(oldSize, newSize));
			copied = true;
		}
		finally {
			// one of the two is not needed any more
			this.blocks.freeClaimed(copied ? address : moved, copied ? oldSize : newSize);
		}
		return moved;
	}

	/** Leaves a block in a place that is larger than it should be. */
	private long shrinkWherePossible(long address, long oldSize, long newSize) {
		if (this.blocks.claimedIn(address) instanceof Chunk chunk) {
			this.blocks.pages.shorten(chunk, chunk.index(address), oldSize, newSize);
		}
		return address;
	}

}
