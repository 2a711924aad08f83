package io.freehold.pool;

import io.freehold.pages.BlockWord;
import io.freehold.pages.Extent;

/**
 * Somebody whom blocks of a pooled allocator belong to: nobody else can free or resize
 * them, every layout but the recorded one is refused, and all of them can be freed at
 * once. Nor does {@link PooledAlloc#deallocate} free a block that has an owner.
 *
 * <p>
 * Sizes and alignments are in bytes, as for {@code GlobalAlloc}. Any thread may call any
 * method.
 */
public final class Owner {

	private final PooledBlocks blocks;

	private final BlockAudit audit;

	private final BlockResize resize;

	private final long number;

	Owner(PooledBlocks blocks, BlockAudit audit, BlockResize resize, long number) {
		this.blocks = blocks;
		this.audit = audit;
		this.resize = resize;
		this.number = number;
	}

	/**
	 * Allocates a block.
	 * @param zeroed whether its content is to be zero
	 * @return its address, or 0 if the memory is exhausted
	 */
	public long allocate(long size, long alignment, boolean zeroed) {
		return zeroed ? this.blocks.allocateZeroed(size, alignment, this.number, false)
				: this.blocks.allocate(size, alignment, this.number, false);
	}

	/**
	 * Allocates a block that is claimed from the start.
	 * @param zeroed whether its content is to be zero
	 * @return its address, or 0 if the memory is exhausted
	 */
	public long allocateClaimed(long size, long alignment, boolean zeroed) {
		return zeroed ? this.blocks.allocateZeroed(size, alignment, this.number, true)
				: this.blocks.allocate(size, alignment, this.number, true);
	}

	/**
	 * Frees a block if it is this owner's, recorded with just this size and alignment and
	 * not claimed.
	 * @return whether it was freed; if not, nothing has changed
	 */
	public boolean tryFree(long address, long size, long alignment) {
		return this.blocks.tryFree(address, size, alignment, this.number);
	}

	/**
	 * Claims a block under the same conditions: until the caller ends the claim, nobody
	 * else can free, claim or resize it.
	 * @return whether it was claimed; if not, nothing has changed
	 */
	public boolean tryClaim(long address, long size, long alignment) {
		return this.blocks.tryClaim(address, size, alignment, this.number);
	}

	/**
	 * Ends a claim; from now on the block is recorded with this size and alignment.
	 */
	public void unclaim(long address, long size, long alignment) {
		this.blocks.unclaim(address, size, alignment, this.number);
	}

	/**
	 * Frees a block that the caller has claimed.
	 */
	public void freeClaimed(long address, long size) {
		this.blocks.freeClaimed(address, size);
	}

	/**
	 * Resizes a block that the caller has claimed.
	 * @return the address of the resized block, which is claimed in place of the old one;
	 * 0 if the memory is exhausted, with nothing changed
	 */
	public long resizeClaimed(long address, long oldSize, long alignment, long newSize) {
		return this.resize.resize(address, oldSize, alignment, newSize, this.number);
	}

	/**
	 * Looks for a block of this owner.
	 * @param address an address at or in the block
	 * @param found told the address, size and alignment of the block
	 * @return whether there is one
	 */
	public boolean find(long address, Visitor found) {
		BlockRecord block = this.audit.find(address);
		if (block == null || block.owner() != this.number) {
			return false;
		}
		found.visit(block.address(), block.size(), block.alignment());
		return true;
	}

	/**
	 * Frees all blocks of this owner that are not claimed and that this thread can see.
	 * @param freed told the address, size and alignment of each
	 */
	public void freeAll(Visitor freed) {
		this.blocks.pages.forEachExtent((extent) -> freeAll(extent, freed));
		this.blocks.mapped.forEach((block) -> {
			long size = block.size();
			if (block.owner() == this.number && tryFree(block.address(), size, block.alignment())) {
				freed.visit(block.address(), size, block.alignment());
			}
		});
	}

	private void freeAll(Extent extent, Visitor freed) {
		for (int i = 0; i < extent.places(); i++) {
			long word = extent.word(i);
			if (BlockWord.isLive(word) && BlockWord.owner(word) == this.number) {
				long size = BlockWord.size(word);
				long alignment = BlockWord.alignment(word);
				if (tryFree(extent.address(i), size, alignment)) {
					freed.visit(extent.address(i), size, alignment);
				}
			}
		}
	}

	/**
	 * Told of blocks.
	 */
	@FunctionalInterface
	public interface Visitor {

		/**
		 * Called for a block.
		 */
		void visit(long address, long size, long alignment);

	}

}
