package io.freehold.pool;

import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.held.BlockRecord;
import io.freehold.pages.BlockWord;
import io.freehold.pages.Chunk;
import io.freehold.pages.Extent;
import io.freehold.pages.HugeBlock;

import org.jspecify.annotations.Nullable;

/**
 * Tells what is known of an address, and explains why a block was refused. The second
 * runs on the misuse path only.
 *
 * @param name the allocator's name
 * @param blocks its blocks
 */
record BlockAudit(String name, PooledBlocks blocks) {

	/** Returns the block that an address lies in, be it claimed, or null. */
	@Nullable BlockRecord find(long address) {
		Extent extent = this.blocks.find(address);
		if (extent instanceof Slab slab) {
			return record(slab, slab.index(address), address);
		}
		BlockRecord found = (extent instanceof Chunk chunk) ? findInRuns(chunk, address) : null;
		return (found != null) ? found : findHuge(address);
	}

	private static @Nullable BlockRecord findInRuns(Chunk chunk, long address) {
		for (int page = chunk.index(address); page >= 0; page--) {
			if (BlockWord.isBlock(chunk.word(page))) {
				return record(chunk, page, address);
			}
		}
		return null;
	}

	private static @Nullable BlockRecord record(Extent extent, int index, long address) {
		long word = extent.word(index);
		long start = extent.address(index);
		long place = Math.max(BlockWord.size(word), extent.placeSize());
		return (BlockWord.isBlock(word) && address - start < place)
				? new BlockRecord(start, BlockWord.size(word), BlockWord.alignment(word), BlockWord.owner(word)) : null;
	}

	private @Nullable BlockRecord findHuge(long address) {
		HugeBlock block = this.blocks.huge.find(address);
		return (block != null) ? new BlockRecord(block.base(), block.size(), block.alignment(), block.owner()) : null;
	}

	/** Returns whether a block started at an address that is free now. */
	boolean wasFreed(long address) {
		Extent extent = this.blocks.find(address);
		if (extent == null || extent instanceof HugeBlock) {
			return this.blocks.huge.wasFreed(address);
		}
		int index = extent.index(address);
		// of a slab that is gone only the pages are remembered
		boolean start = extent.address(index) == address || extent instanceof Chunk;
		return start && address % SizeClass.size(0) == 0 && BlockWord.isFreed(extent.word(index));
	}

	/**
	 * Explains a refusal.
	 * @param ifFreed the kind of misuse if the block was freed before
	 */
	MisuseException explain(long address, long size, long alignment, Kind ifFreed) {
		BlockRecord found = find(address);
		if (found == null) {
			return wasFreed(address) ? misuse(ifFreed, address, "it was freed before")
					: misuse(Kind.UNKNOWN_BLOCK, address, "it is not allocated");
		}
		if (found.address() != address) {
			return misuse(Kind.INTERIOR_POINTER, address,
					"it points into the block of " + found.size() + " bytes at 0x" + Long.toHexString(found.address()));
		}
		if (found.owner() != BlockWord.NO_OWNER) {
			return misuse(Kind.WRONG_ALLOCATOR, address, "it belongs to a managed allocator");
		}
		if (found.size() == size && found.alignment() == alignment) {
			return misuse(ifFreed, address, "another thread is resizing or freeing it");
		}
		return misuse(Kind.LAYOUT_MISMATCH, address, "it has size " + found.size() + " and alignment "
				+ found.alignment() + ", but was given back with size " + size + " and alignment " + alignment);
	}

	private MisuseException misuse(Kind kind, long address, String what) {
		return new MisuseException(kind,
				this.name + ": the block at 0x" + Long.toHexString(address) + " is refused: " + what);
	}

}
