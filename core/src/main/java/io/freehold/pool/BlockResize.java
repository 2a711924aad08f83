package io.freehold.pool;

import io.freehold.internal.Memory;
import io.freehold.pages.Chunk;
import io.freehold.pages.Extent;
import io.freehold.pages.HugeBlock;
import io.freehold.pages.Successor;

/**
 * Resizes blocks: in place if that is possible and not wasteful, else by moving them.
 *
 * @param blocks where they belong to
 */
record BlockResize(PooledBlocks blocks) {

	/**
	 * Resizes a block that the caller has claimed.
	 * @param successor told of each place that the block may get, before it gets it
	 * @return the address of the block, still claimed, with the new size, in its old
	 * place or in a new one; then the old one is freed. 0 if refused, with the old block
	 * as it was, still claimed. Never refused if the block shrinks
	 */
	long resize(long address, long oldSize, long alignment, long newSize, long owner, Successor successor) {
		Extent extent = this.blocks.extent(address);
		if (extent instanceof Slab slab) {
			if (slab.isFitFor(newSize, alignment)) {
				successor.at(address);
				return address;
			}
		}
		else if (extent instanceof HugeBlock huge) {
			if (newSize > this.blocks.maxRun() || alignment > this.blocks.maxRun()) {
				long resized = this.blocks.huge.resize(huge, newSize, successor);
				if (resized != 0) {
					return resized;
				}
			}
		}
		else if (tryResizeRun((Chunk) extent, address, oldSize, newSize, successor)) {
			return address;
		}
		long moved = move(address, oldSize, newSize, alignment, owner, false, successor);
		return (moved == 0 && newSize <= oldSize) ? shrinkWherePossible(extent, address, oldSize, newSize, successor)
				: moved;
	}

	private boolean tryResizeRun(Chunk chunk, long address, long oldSize, long newSize, Successor successor) {
		if (newSize <= SizeClass.MAX_SIZE || newSize > this.blocks.maxRun()) {
			return false;
		}
		successor.at(address);
		if (newSize > oldSize) {
			return this.blocks.pages.extend(chunk, chunk.index(address), oldSize, newSize);
		}
		this.blocks.pages.shorten(chunk, chunk.index(address), oldSize, newSize);
		return true;
	}

	/**
	 * Replaces a block that the caller has claimed by another one, which is claimed then.
	 * @param zeroed whether what is not copied is to be zero
	 * @return the address of the new block; 0 if refused, with nothing changed
	 */
	long move(long address, long oldSize, long newSize, long newAlignment, long owner, boolean zeroed,
			Successor successor) {
		long moved = zeroed ? this.blocks.allocateZeroed(newSize, newAlignment, owner, true)
				: this.blocks.allocate(newSize, newAlignment, owner, true);
		if (moved == 0) {
			return 0;
		}
		boolean copied = false;
		try {
			successor.at(moved);
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
	private long shrinkWherePossible(Extent extent, long address, long oldSize, long newSize, Successor successor) {
		successor.at(address);
		if (extent instanceof Chunk chunk) {
			this.blocks.pages.shorten(chunk, chunk.index(address), oldSize, newSize);
		}
		return address;
	}

}
