package io.freehold.probe;

import io.freehold.AllocationException;
import io.freehold.Layout;

/**
 * Observes what a managed allocator does. Calls come from the thread that allocates or
 * frees, after the fact; they must be quick, must not throw, and must not close anything:
 * those about chunks of shared regions, and those during a close, come with locks held. A
 * resized block is reported as the deallocation of the old and the allocation of the new
 * one.
 */
public interface AllocationProbe {

	/** Observes nothing. */
	AllocationProbe NONE = new AllocationProbe() {

		@Override
		public String toString() {
			return "AllocationProbe.NONE";
		}

	};

	/**
	 * A block was allocated.
	 * @param allocator the allocator's path
	 * @param address the block's address
	 * @param size its size in bytes
	 */
	default void allocated(String allocator, long address, long size) {
	}

	/**
	 * A block was freed, by a caller or because its allocator closed.
	 * @param allocator the allocator's path
	 * @param address the block's address
	 * @param size its size in bytes
	 */
	default void deallocated(String allocator, long address, long size) {
	}

	/**
	 * Memory was refused.
	 * @param allocator the allocator's path
	 * @param layout what was asked for
	 * @param reason why it was refused
	 */
	default void failed(String allocator, Layout layout, AllocationException.Reason reason) {
	}

}
