package io.freehold;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

import io.freehold.internal.Memory;

/**
 * An allocator for code that wants a {@link SegmentAllocator}.
 *
 * @param allocator where the blocks come from
 */
record ZeroedSegments(Allocator allocator) implements SegmentAllocator {

	@Override
	public MemorySegment allocate(long byteSize, long byteAlignment) {
		return Memory.prefix(this.allocator.allocateZeroed(Layout.of(byteSize, byteAlignment)), byteSize);
	}

}
