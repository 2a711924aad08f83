package io.freehold;

import java.lang.foreign.MemorySegment;

/**
 * The view returned by {@link Allocator#byRef()}: forwards all six methods, so that what
 * the allocator does better than the defaults survives the wrapping.
 *
 * @param target the allocator that is lent
 */
record BorrowedAllocator(Allocator target) implements Allocator {

	@Override
	public MemorySegment allocate(Layout layout) {
		return this.target.allocate(layout);
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		this.target.deallocate(block, layout);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		return this.target.allocateZeroed(layout);
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return this.target.grow(block, oldLayout, newLayout);
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return this.target.growZeroed(block, oldLayout, newLayout);
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return this.target.shrink(block, oldLayout, newLayout);
	}

	@Override
	public Allocator byRef() {
		return this;
	}

	@Override
	public String toString() {
		return this.target.toString();
	}

}
