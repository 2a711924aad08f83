package io.freehold.pool;

import io.freehold.held.BlockRecord;
import io.freehold.held.HeldBlocks;
import io.freehold.held.Owner;
import io.freehold.pages.BlockWord;
import io.freehold.pages.Extent;
import io.freehold.pages.HugeBlock;
import io.freehold.pages.PageHeap;
import io.freehold.pages.Successor;

import org.jspecify.annotations.Nullable;

/**
 * An owner of blocks of a pooled allocator. Its records are those of the pool: nothing is
 * kept beside them, and there is nothing that could run out.
 */
final class BlockOwner implements Owner {

	private final PooledBlocks blocks;

	private final BlockAudit audit;

	private final BlockResize resize;

	private final long number;

	BlockOwner(PooledBlocks blocks, BlockAudit audit, BlockResize resize, long number) {
		this.blocks = blocks;
		this.audit = audit;
		this.resize = resize;
		this.number = number;
	}

	@Override
	public long allocate(long size, long alignment, boolean zeroed) {
		return zeroed ? this.blocks.allocateZeroed(size, alignment, this.number, false)
				: this.blocks.allocate(size, alignment, this.number, false);
	}

	@Override
	public long allocate(long size, long alignment) {
		return this.blocks.allocate(size, alignment, this.number, false);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		return this.blocks.allocateZeroed(size, alignment, this.number, false);
	}

	@Override
	public boolean tryFree(long address, long size, long alignment) {
		return this.blocks.tryFree(address, size, alignment, this.number);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		if (!tryFree(address, size, alignment)) {
			throw unknown(address, size);
		}
	}

	@Override
	public boolean tryClaim(long address, long size, long alignment) {
		return this.blocks.tryClaim(address, size, alignment, this.number);
	}

	@Override
	public void restore(long address, long size, long alignment) {
		this.blocks.unclaim(address, size, alignment, this.number);
	}

	@Override
	public long resizeClaimed(long address, long oldSize, long alignment, long newSize, Successor successor) {
		return this.resize.resize(address, oldSize, alignment, newSize, this.number, successor);
	}

	@Override
	public long replaceClaimed(long address, long oldSize, long oldAlignment, long newSize, long newAlignment,
			boolean zeroed, Successor successor) {
		return this.resize.move(address, oldSize, newSize, newAlignment, this.number, zeroed, successor);
	}

	@Override
	public void publish(long address, long size, long alignment, long oldAddress) {
		this.blocks.unclaim(address, size, alignment, this.number);
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		if (!tryClaim(address, oldSize, alignment)) {
			throw unknown(address, oldSize);
		}
		return reallocateClaimed(address, oldSize, alignment, newSize);
	}

	/** Resizes a block that the caller has claimed, and ends the claim. */
	long reallocateClaimed(long address, long oldSize, long alignment, long newSize) {
		long resized = 0;
		try {
			resized = resizeClaimed(address, oldSize, alignment, newSize, Successor.NONE);
		}
		finally {
			if (resized == 0) {
				restore(address, oldSize, alignment);
			}
		}
		if (resized != 0) {
			publish(resized, newSize, alignment, address);
		}
		return resized;
	}

	/** Records a live block with another size if its place is fit for that. */
	boolean tryResizeInPlace(long address, long size, long alignment, long newSize) {
		return this.blocks.tryResizeInPlace(address, size, alignment, newSize, this.number);
	}

	private static AssertionError unknown(long address, long size) {
		return new AssertionError("the pool does not know the block of " + size + " bytes at 0x"
				+ Long.toHexString(address) + " as one of this owner");
	}

	@Override
	public @Nullable BlockRecord find(long address) {
		BlockRecord block = this.audit.find(address);
		return (block != null && block.owner() == this.number) ? block : null;
	}

	@Override
	public void drain(Freed freed) {
		this.blocks.pages.forEachExtent(new Drain(this, freed));
		HugeBlock huge = this.blocks.huge.findLive(this.number);
		while (huge != null) {
			long size = huge.size();
			if (this.blocks.huge.tryFree(huge, huge.base(), size, huge.alignment(), this.number)) {
				freed.freed(huge.base(), size);
			}
			huge = this.blocks.huge.findLive(this.number);
		}
	}

	private void drain(Extent extent, HeldBlocks.Freed freed) {
		for (int i = 0; i < extent.places(); i++) {
			long word = extent.word(i);
			if (BlockWord.isLive(word) && BlockWord.owner(word) == this.number) {
				long size = BlockWord.size(word);
				if (tryFree(extent.address(i), size, BlockWord.alignment(word))) {
					freed.freed(extent.address(i), size);
				}
			}
		}
	}

	@Override
	public boolean isValid() {
		return true;
	}

	@Override
	public String name() {
		return PooledAlloc.NAME;
	}

	@Override
	public String toString() {
		return PooledAlloc.NAME + " owner " + this.number;
	}

	/** Frees the blocks of the owner in the extents that it visits. */
	private record Drain(BlockOwner owner, HeldBlocks.Freed freed) implements PageHeap.Visitor {

		@Override
		public void visit(Extent extent) {
			this.owner.drain(extent, this.freed);
		}

	}

}
