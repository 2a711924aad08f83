package io.freehold.global;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.internal.Memory;
import io.freehold.internal.Sizes;
import io.freehold.spi.GlobalAlloc;

/**
 * The allocator over a backend, call by call that of {@code Global} in
 * {@code allocator_api2} (the table in its source, {@code src/stable/alloc/global.rs},
 * and the trace this project replays): zero sizes never reach the backend, equal
 * alignments reallocate, differing ones allocate, copy and free.
 *
 * <p>
 * Blocks are exactly as long as asked for and accessible for ever: nothing is tracked, so
 * that of all misuse only heap segments and lengths that contradict a zero size are seen.
 */
abstract sealed class BackendAllocator implements Allocator permits GlobalAllocator, BackendAllocator.Over {

	abstract GlobalAlloc backend();

	@Override
	public MemorySegment allocate(Layout layout) {
		if (layout.size() == 0) {
			return layout.dangling();
		}
		GlobalAlloc backend = backend();
		return block(backend, backend.allocate(layout.size(), layout.alignment()), layout);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		if (layout.size() == 0) {
			return layout.dangling();
		}
		GlobalAlloc backend = backend();
		return block(backend, backend.allocateZeroed(layout.size(), layout.alignment()), layout);
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		requireBlock(block, layout);
		if (layout.size() != 0) {
			backend().deallocate(block.address(), layout.size(), layout.alignment());
		}
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		requireBlock(block, oldLayout);
		if (oldLayout.size() == 0) {
			return allocate(newLayout);
		}
		if (oldLayout.alignment() == newLayout.alignment()) {
			return reallocate(block, oldLayout, newLayout);
		}
		return move(block, oldLayout, allocate(newLayout), oldLayout.size());
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		requireBlock(block, oldLayout);
		if (oldLayout.size() == 0) {
			return allocateZeroed(newLayout);
		}
		if (oldLayout.alignment() == newLayout.alignment()) {
			MemorySegment grown = reallocate(block, oldLayout, newLayout);
			grown.asSlice(oldLayout.size()).fill((byte) 0);
			return grown;
		}
		return move(block, oldLayout, allocateZeroed(newLayout), oldLayout.size());
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireShrinkage(oldLayout.size(), newLayout.size());
		requireBlock(block, oldLayout);
		if (newLayout.size() == 0) {
			deallocate(block, oldLayout);
			return newLayout.dangling();
		}
		if (oldLayout.alignment() == newLayout.alignment()) {
			return reallocate(block, oldLayout, newLayout);
		}
		return move(block, oldLayout, allocate(newLayout), newLayout.size());
	}

	private MemorySegment reallocate(MemorySegment block, Layout oldLayout, Layout newLayout) {
		GlobalAlloc backend = backend();
		return block(backend,
				backend.reallocate(block.address(), oldLayout.size(), oldLayout.alignment(), newLayout.size()),
				newLayout);
	}

	private MemorySegment move(MemorySegment block, Layout oldLayout, MemorySegment moved, long kept) {
		Memory.copy(block.address(), moved.address(), kept);
		backend().deallocate(block.address(), oldLayout.size(), oldLayout.alignment());
		return moved;
	}

	private static MemorySegment block(GlobalAlloc backend, long address, Layout layout) {
		if (address == 0) {
			throw new AllocationException(backend.name(), layout, Reason.EXHAUSTED, "the backend refused");
		}
		return Memory.segment(address, layout.size());
	}

	private void requireBlock(MemorySegment block, Layout layout) {
		if (!block.isNative()) {
			throw new MisuseException(Kind.UNKNOWN_BLOCK, this + ": a heap segment is no block of any allocator");
		}
		if (layout.size() == 0 && block.byteSize() != 0) {
			throw new MisuseException(Kind.LAYOUT_MISMATCH, this + ": a block of " + block.byteSize() + " bytes at 0x"
					+ Long.toHexString(block.address()) + " was given back with a layout of size 0");
		}
	}

	/**
	 * The allocator over a backend that is not installed. Two of them are equal if their
	 * backends are the same.
	 */
	static final class Over extends BackendAllocator {

		private final GlobalAlloc backend;

		Over(GlobalAlloc backend) {
			this.backend = backend;
		}

		@Override
		GlobalAlloc backend() {
			return this.backend;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Over over && over.backend == this.backend;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this.backend);
		}

		@Override
		public String toString() {
			return this.backend.name();
		}

	}

}
