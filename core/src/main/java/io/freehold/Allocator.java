package io.freehold;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

import io.freehold.internal.Sizes;

/**
 * Hands out blocks of native memory and takes them back.
 *
 * <p>
 * Two methods make an allocator: {@link #allocate} and {@link #deallocate}. The others
 * have defaults that are correct on top of these two, and are overridden where blocks can
 * be zeroed or resized without a copy.
 *
 * <h2>Terms</h2>
 *
 * <p>
 * <dfn>Block</dfn>: a native segment, aligned to the alignment asked for and at least as
 * long as the size asked for. It is identified by its address; a heap segment is never a
 * block. Freehold's own allocators return exactly the size asked for, so that an overrun
 * throws.
 *
 * <p>
 * <dfn id="allocated">Currently allocated</dfn>: a block is currently allocated by an
 * allocator if it was returned by one of its methods and has since neither been passed to
 * {@code deallocate} nor to a {@code grow}, {@code growZeroed} or {@code shrink} that
 * returned normally. Views of an allocator and allocators that are equal to it may be
 * used in its place.
 *
 * <p>
 * <dfn id="fits">Fits</dfn>: a layout fits a block if its alignment is exactly the one
 * the block was last allocated with, and its size lies between the size that was then
 * asked for and the length of the segment that was then returned. A layout of size zero
 * fits only a segment of length zero.
 *
 * <h2>Zero size</h2>
 *
 * <p>
 * A request for zero bytes is answered with {@link Layout#dangling()}: it touches no
 * backend, counts against no limit and never fails. Freeing such a block does nothing.
 *
 * <h2>Misuse</h2>
 *
 * <p>
 * An allocator throws a {@link MisuseException} for what it can see; how much that is
 * depends on the allocator and is told by its documentation. Nothing is changed by the
 * refused call.
 *
 * <h2>Threads</h2>
 *
 * <p>
 * Unless an implementation says otherwise its methods may be called by any number of
 * threads, and a block may be used and freed by another thread than the one that
 * allocated it.
 */
public interface Allocator {

	/**
	 * Allocates a block of unspecified content. The caller owns it.
	 * @param layout the size and alignment of the block; a zero size is answered with
	 * {@link Layout#dangling()}
	 * @return a block that {@code layout} <a href="#fits">fits</a>
	 * @throws AllocationException if the memory is not to be had; nothing has changed
	 */
	MemorySegment allocate(Layout layout);

	/**
	 * Frees a block. Its memory may be handed out again at once.
	 *
	 * <p>
	 * Two things cannot be seen, by any allocator: while it is open, a stale segment of a
	 * freed block still reads and writes memory that may have a new owner by then; and a
	 * stale free of an address that was handed out again looks like the new owner's free.
	 * @param block a block <a href="#allocated">currently allocated</a> by this
	 * allocator; only its address matters
	 * @param layout a layout that <a href="#fits">fits</a> the block
	 * @throws MisuseException if the block or the layout is seen to be wrong; nothing has
	 * changed
	 */
	void deallocate(MemorySegment block, Layout layout);

	/**
	 * Allocates a block whose bytes are all zero, those beyond the size asked for
	 * included. The caller owns it.
	 * @param layout the size and alignment of the block
	 * @return a block that {@code layout} <a href="#fits">fits</a>
	 * @throws AllocationException if the memory is not to be had; nothing has changed
	 * @implSpec allocates and fills the block
	 */
	default MemorySegment allocateZeroed(Layout layout) {
		return allocate(layout).fill((byte) 0);
	}

	/**
	 * Makes a block larger, moving it if need be. The bytes of the old layout's size are
	 * kept, those behind are unspecified. On success the old block is gone, even if the
	 * address is the same; on failure it is untouched.
	 * @param block a block <a href="#allocated">currently allocated</a> by this allocator
	 * @param oldLayout a layout that <a href="#fits">fits</a> the block
	 * @param newLayout the new layout, no smaller than the old one; the alignment may be
	 * any
	 * @return a block that {@code newLayout} fits
	 * @throws IllegalArgumentException if the new size is smaller than the old one
	 * @throws AllocationException if the memory is not to be had; the old block remains
	 * allocated and unchanged
	 * @throws MisuseException if the block or the old layout is seen to be wrong; nothing
	 * has changed
	 * @implSpec allocates the new block, copies the bytes of the old layout's size, frees
	 * the old block
	 */
	default MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		return Resizing.move(this, block, oldLayout, allocate(newLayout), newLayout, oldLayout.size());
	}

	/**
	 * Makes a block larger like {@link #grow}, and zeroes everything from the old
	 * layout's size to the end of the new block.
	 * @param block a block <a href="#allocated">currently allocated</a> by this allocator
	 * @param oldLayout a layout that <a href="#fits">fits</a> the block
	 * @param newLayout the new layout, no smaller than the old one; the alignment may be
	 * any
	 * @return a block that {@code newLayout} fits
	 * @throws IllegalArgumentException if the new size is smaller than the old one
	 * @throws AllocationException if the memory is not to be had; the old block remains
	 * allocated and unchanged
	 * @throws MisuseException if the block or the old layout is seen to be wrong; nothing
	 * has changed
	 * @implSpec allocates the new block zeroed, copies the bytes of the old layout's
	 * size, frees the old block
	 */
	default MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		return Resizing.move(this, block, oldLayout, allocateZeroed(newLayout), newLayout, oldLayout.size());
	}

	/**
	 * Makes a block smaller, moving it if need be. The bytes of the new layout's size are
	 * kept. On success the old block is gone, even if the address is the same; on failure
	 * it is untouched.
	 * @param block a block <a href="#allocated">currently allocated</a> by this allocator
	 * @param oldLayout a layout that <a href="#fits">fits</a> the block
	 * @param newLayout the new layout, no larger than the old one; the alignment may be
	 * any
	 * @return a block that {@code newLayout} fits
	 * @throws IllegalArgumentException if the new size is larger than the old one
	 * @throws AllocationException if the memory is not to be had; the old block remains
	 * allocated and unchanged
	 * @throws MisuseException if the block or the old layout is seen to be wrong; nothing
	 * has changed
	 * @implSpec allocates the new block, copies the bytes of the new layout's size, frees
	 * the old block
	 */
	default MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireShrinkage(oldLayout.size(), newLayout.size());
		return Resizing.move(this, block, oldLayout, allocate(newLayout), newLayout, newLayout.size());
	}

	/**
	 * Returns a borrowed view of this allocator: it does all that this one does, but
	 * cannot be closed. Blocks may be exchanged freely between the two.
	 * @return a view that is equal to any other view of this allocator
	 */
	default Allocator byRef() {
		return new BorrowedAllocator(this);
	}

	/**
	 * Returns a view for code that wants a {@link SegmentAllocator}: the segments are
	 * zeroed and of exactly the size asked for. They cannot be freed one by one through
	 * that view, so they live until this allocator closes; use a region for anything that
	 * should end earlier.
	 * @return a view whose {@code allocate} throws {@link AllocationException} when the
	 * memory is not to be had, and {@link LayoutException} for an impossible size or
	 * alignment
	 */
	default SegmentAllocator asSegmentAllocator() {
		return new ZeroedSegments(this);
	}

}
