package io.freehold.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

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

	/*
	 * A close looks for blocks only where the owner may have some: in the slices of the
	 * address space whose bits are set, each of which stands for one in 64. That depends
	 * on what this owner has done, not on what others have, and there is nothing to
	 * clear.
	 *
	 * A thread makes a block live, and then sets the bit if it is missing. A close that
	 * reads the bits in between misses the block, as it misses one that is live only
	 * later. That does no harm: the block was counted before, so that the close looks
	 * again until no block is counted; and the bit is set by then, unless the thread has
	 * seen that the allocator is closing and frees the block itself.
	 */

	private static final VarHandle SLICES;

	private static final VarHandle NUMBER;

	static {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			SLICES = lookup.findVarHandle(BlockOwner.class, "slices", long.class);
			NUMBER = lookup.findVarHandle(BlockOwner.class, "number", long.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final PooledBlocks blocks;

	private final BlockAudit audit;

	private final BlockResize resize;

	private final OwnerNumbers numbers;

	/** That of no owner after this one was retired. Plain loads. */
	private long number;

	/**
	 * The slices in which blocks of this owner were made live. Bits are set atomically
	 * and read plainly: a bit that is seen late is set once more.
	 */
	private long slices;

	BlockOwner(PooledBlocks blocks, BlockAudit audit, BlockResize resize, long number, OwnerNumbers numbers) {
		this.blocks = blocks;
		this.audit = audit;
		this.resize = resize;
		this.number = number;
		this.numbers = numbers;
	}

	@Override
	public long allocate(long size, long alignment, boolean zeroed) {
		return zeroed ? allocateZeroed(size, alignment) : allocate(size, alignment);
	}

	@Override
	public long allocate(long size, long alignment) {
		return noted(this.blocks.allocate(size, alignment, this.number, false));
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		return noted(this.blocks.allocateZeroed(size, alignment, this.number, false));
	}

	private long noted(long address) {
		long slice = PageHeap.slice(address);
		if ((this.slices & slice) == 0 && address != 0) {
			SLICES.getAndBitwiseOr(this, slice);
		}
		return address;
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
		return noted(this.resize.resize(address, oldSize, alignment, newSize, this.number, successor));
	}

	@Override
	public long replaceClaimed(long address, long oldSize, long oldAlignment, long newSize, long newAlignment,
			boolean zeroed, Successor successor) {
		return noted(this.resize.move(address, oldSize, newSize, newAlignment, this.number, zeroed, successor));
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
		long slices = (long) SLICES.getAcquire(this);
		if (slices == 0) {
			return;
		}
		this.blocks.pages.forEachSlice(slices, new Drain(this, freed));
		HugeBlock huge = this.blocks.huge.findLive(this.number);
		while (huge != null) {
			long size = huge.size();
			if (this.blocks.huge.tryFree(huge, huge.base(), size, huge.alignment(), this.number)) {
				freed.freed(huge.base(), size);
			}
			huge = this.blocks.huge.findLive(this.number);
		}
	}

	private void drain(Extent extent, int first, int end, HeldBlocks.Freed freed) {
		for (int i = first; i < end; i++) {
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
	public void retire() {
		// first, so that no number is ever given back twice
		long number = (long) NUMBER.getAndSet(this, OwnerNumbers.NONE);
		if (number != OwnerNumbers.NONE) {
			this.numbers.give(number);
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

	/** Frees the blocks of the owner in the places that it visits. */
	private record Drain(BlockOwner owner, HeldBlocks.Freed freed) implements PageHeap.Visitor {

		@Override
		public void visit(Extent extent, int first, int end) {
			this.owner.drain(extent, first, end, this.freed);
		}

	}

}
