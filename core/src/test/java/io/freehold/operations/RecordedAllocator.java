package io.freehold.operations;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * An allocator that records the calls it forwards.
 */
public class RecordedAllocator implements Allocator {

	private final Allocator target;

	private final OperationRecord record;

	/**
	 * Creates an allocator.
	 * @param target where the calls go to
	 * @param record where they are counted
	 */
	public RecordedAllocator(Allocator target, OperationRecord record) {
		this.target = target;
		this.record = record;
	}

	final OperationRecord record() {
		return this.record;
	}

	@Override
	public MemorySegment allocate(Layout layout) {
		this.record.called(Operation.ALLOCATE);
		return this.target.allocate(layout);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		this.record.called(Operation.ALLOCATE_ZEROED);
		return this.target.allocateZeroed(layout);
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		this.record.called(Operation.DEALLOCATE);
		this.target.deallocate(block, layout);
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		this.record.called(isRealigned(oldLayout, newLayout) ? Operation.GROW_REALIGNED : Operation.GROW);
		return this.target.grow(block, oldLayout, newLayout);
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		this.record.called(isRealigned(oldLayout, newLayout) ? Operation.GROW_ZEROED_REALIGNED : Operation.GROW_ZEROED);
		return this.target.growZeroed(block, oldLayout, newLayout);
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		this.record.called(isRealigned(oldLayout, newLayout) ? Operation.SHRINK_REALIGNED : Operation.SHRINK);
		return this.target.shrink(block, oldLayout, newLayout);
	}

	private static boolean isRealigned(Layout oldLayout, Layout newLayout) {
		return oldLayout.alignment() != newLayout.alignment();
	}

	@Override
	public SegmentAllocator asSegmentAllocator() {
		SegmentAllocator segments = this.target.asSegmentAllocator();
		return (size, alignment) -> {
			this.record.called(Operation.ALLOCATE_SEGMENT);
			return segments.allocate(size, alignment);
		};
	}

}
