package io.freehold.held;

import io.freehold.Layout;

/**
 * A backend that counts what it gives out, within its budget, and knows each block of it.
 * It ends when it has been dismissed and its last block is freed. The caller of the
 * methods that this interface adds has checked the stack.
 */
public interface Book extends ExplainingAlloc {

	/** Says that a block is not held. */
	long NOT_HELD = -1;

	/**
	 * Frees a block if it is held with exactly this size and alignment.
	 * @return whether it was freed; if not, nothing has changed
	 */
	boolean tryFree(long address, long size, long alignment);

	/**
	 * Resizes a block if it is held with exactly the old layout.
	 * @param explained whether to throw if it is refused
	 * @return the new address; {@link #NOT_HELD}, or 0 if it is refused, with nothing
	 * changed
	 */
	long tryResize(long address, Layout oldLayout, Layout newLayout, boolean explained);

	/**
	 * Claims a block if it is held with exactly this layout, so that no other thread can
	 * free or resize it until it is restored.
	 * @return whether it was claimed
	 */
	boolean tryClaim(long address, Layout layout);

	/** Ends a claim. */
	void restore(long address, Layout layout);

	/** Returns whether an address is that of a held block, or lies in one. */
	boolean includes(long address);

	/** Returns the bytes of the blocks that are held. */
	long liveBytes();

	/** Returns how many blocks are held. */
	long liveBlocks();

	/**
	 * Ends the taking of memory. The probe and the listeners are not called after this.
	 */
	void dismiss();

	/**
	 * Ends if it has been dismissed and holds nothing. A second call does nothing.
	 * @return whether it has ended
	 */
	boolean tryLeave();

}
