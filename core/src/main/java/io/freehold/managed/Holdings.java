package io.freehold.managed;

import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * The blocks one managed allocator holds, and the way to the backend: a block is never
 * returned to the backend but through the holdings that know it. Whoever removes the
 * record of a block is the one who may free it, so that a block goes home exactly once
 * however many threads try.
 *
 * <p>
 * This is the seam for backends that keep owner and size in metadata of their own; for
 * any other backend {@link #over} keeps them in a table beside it.
 */
interface Holdings {

	static Holdings over(GlobalAlloc backend) {
		return (backend instanceof PooledAlloc pooled) ? new PooledHoldings(pooled.newOwner())
				: new TableHoldings(backend);
	}

	/**
	 * Allocates a block and records it.
	 * @return its address, or 0 if the backend refused
	 */
	long allocate(long size, long alignment, boolean zeroed);

	/**
	 * Frees a block if it is held with exactly this size and alignment.
	 * @return null if it was freed; else the record as it is, nothing changed
	 */
	@Nullable Held free(long address, long size, long alignment);

	/**
	 * Takes a block out of the records without freeing it, if it is held with exactly
	 * this size and alignment, so that it can be replaced. {@link #drain} does not touch
	 * it until {@link #restore} or {@link #settle} is called for it.
	 * @return null if it was claimed; else the record as it is, nothing changed
	 */
	@Nullable Held claim(long address, long size, long alignment);

	/**
	 * Puts a claimed block back as it was.
	 */
	void restore(long address, long size, long alignment);

	/**
	 * Asks the backend to resize a claimed block.
	 * @return the address of the new block, not recorded yet; 0 if the backend refused
	 */
	long reallocate(long address, long oldSize, long alignment, long newSize);

	/**
	 * Allocates a block to replace a claimed one, without recording it.
	 * @return its address, or 0 if the backend refused
	 */
	long allocateReplacement(long size, long alignment, boolean zeroed);

	/**
	 * Frees a claimed block that was replaced, or a replacement that was not recorded. A
	 * fault of the backend is logged.
	 */
	void freeReplaced(long address, long size, long alignment);

	/**
	 * Records the block that replaces a claimed one. The claim itself stands until
	 * {@link #settle}.
	 * @return whether it was recorded; if the heap has no room for the record the block
	 * has been freed instead
	 */
	boolean record(long address, long size, long alignment, long oldSize);

	/**
	 * Ends a claim.
	 */
	void settle(long address);

	/**
	 * Returns the record of a block that starts at an address or contains it.
	 * @return the record, or null; found by a search if the address is not the start
	 */
	@Nullable Held find(long address);

	/**
	 * Frees the blocks that are there. To be repeated as long as some are counted that
	 * were not found: blocks that are just being allocated or resized. A fault of the
	 * backend is logged, so that the others go home all the same.
	 * @param freed told of each block
	 */
	void drain(Consumer freed);

	/** Whether the records agree with each other. */
	boolean isValid();

	/**
	 * A recorded block; {@link #ABSENT} if there is none.
	 *
	 * @param address its address
	 * @param size its size in bytes
	 * @param alignment its alignment in bytes
	 */
	record Held(long address, long size, long alignment) {

		static final Held ABSENT = new Held(0, 0, 0);

	}

	/**
	 * Told of blocks that were freed.
	 */
	@FunctionalInterface
	interface Consumer {

		void accept(long address, long size);

	}

}
