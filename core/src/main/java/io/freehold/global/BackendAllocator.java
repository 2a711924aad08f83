package io.freehold.global;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.held.ExplainingAlloc;
import io.freehold.internal.Memory;
import io.freehold.internal.Sizes;
import io.freehold.internal.sync.StackSpace;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

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

	/** Returns the backend if it says why it refuses, else null. */
	abstract @Nullable ExplainingAlloc explaining();

	@Override
	public MemorySegment allocate(Layout layout) {
		return allocate(layout, false);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		return allocate(layout, true);
	}

	private MemorySegment allocate(Layout layout, boolean zeroed) {
		if (layout.size() == 0) {
			return layout.dangling();
		}
		StackSpace.forOperation();
		GlobalAlloc backend = backend();
		long address = take(backend, layout, zeroed);
		try {
			return Memory.segment(address, layout.size());
		}
		catch (Throwable ex) {
			// no other record of the block exists
			backend.deallocate(address, layout.size(), layout.alignment());
			throw ex;
		}
	}

	private long take(GlobalAlloc backend, Layout layout, boolean zeroed) {
		ExplainingAlloc explaining = explaining();
		if (explaining != null) {
			return explaining.take(layout, zeroed);
		}
		long address = zeroed ? backend.allocateZeroed(layout.size(), layout.alignment())
				: backend.allocate(layout.size(), layout.alignment());
		requireGranted(backend, address, layout);
		return address;
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		StackSpace.forOperation();
		requireBlock(block, layout);
		if (layout.size() != 0) {
			backend().deallocate(block.address(), layout.size(), layout.alignment());
		}
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return grow(block, oldLayout, newLayout, false);
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return grow(block, oldLayout, newLayout, true);
	}

	private MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout, boolean zeroed) {
		StackSpace.forOperation();
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		requireBlock(block, oldLayout);
		if (oldLayout.size() == 0) {
			return allocate(newLayout, zeroed);
		}
		if (oldLayout.alignment() == newLayout.alignment()) {
			MemorySegment grown = reallocate(block, oldLayout, newLayout);
			if (zeroed) {
				Memory.zero(grown.address() + oldLayout.size(), newLayout.size() - oldLayout.size());
			}
			return grown;
		}
		return move(block, oldLayout, newLayout, allocate(newLayout, zeroed), oldLayout.size());
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		StackSpace.forOperation();
		Sizes.requireShrinkage(oldLayout.size(), newLayout.size());
		requireBlock(block, oldLayout);
		if (newLayout.size() == 0) {
			MemorySegment dangling = newLayout.dangling();
			deallocate(block, oldLayout);
			return dangling;
		}
		if (oldLayout.alignment() == newLayout.alignment()) {
			return reallocate(block, oldLayout, newLayout);
		}
		return move(block, oldLayout, newLayout, allocate(newLayout), newLayout.size());
	}

	/**
	 * Has the backend resize a block. A backend tells the address of the new block only
	 * after the old one is gone. So the segment is made before, for the case that the
	 * block stays where it is; if not, the heap has room for another one, which it has in
	 * place of the first.
	 */
	private MemorySegment reallocate(MemorySegment block, Layout oldLayout, Layout newLayout) {
		GlobalAlloc backend = backend();
		MemorySegment resized = Memory.segmentIfMapped(block.address(), newLayout.size());
		ExplainingAlloc explaining = explaining();
		long address;
		if (explaining != null) {
			address = explaining.takeResized(block.address(), oldLayout, newLayout);
		}
		else {
			address = backend.reallocate(block.address(), oldLayout.size(), oldLayout.alignment(), newLayout.size());
			requireGranted(backend, address, newLayout);
		}
		if (address != block.address() || resized == null) {
			resized = null;
			resized = Memory.segment(address, newLayout.size());
		}
		return resized;
	}

	private MemorySegment move(MemorySegment block, Layout oldLayout, Layout newLayout, MemorySegment moved,
			long kept) {
		boolean freed = false;
		try {
			Memory.copy(block.address(), moved.address(), kept);
			backend().deallocate(block.address(), oldLayout.size(), oldLayout.alignment());
			freed = true;
			return moved;
		}
		finally {
			if (!freed) {
				backend().deallocate(moved.address(), newLayout.size(), newLayout.alignment());
			}
		}
	}

	private static void requireGranted(GlobalAlloc backend, long address, Layout layout) {
		if (address == 0) {
			throw new AllocationException(backend.name(), layout, Reason.EXHAUSTED, "the backend refused");
		}
	}

	private void requireBlock(MemorySegment block, Layout layout) {
		if (!block.isNative()) {
			throw new MisuseException(Kind.UNKNOWN_BLOCK, this + ": a heap segment is not a block of any allocator");
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

		private final @Nullable ExplainingAlloc explaining;

		Over(GlobalAlloc backend) {
			this.backend = backend;
			this.explaining = (backend instanceof ExplainingAlloc known) ? known : null;
		}

		@Override
		GlobalAlloc backend() {
			return this.backend;
		}

		@Override
		@Nullable ExplainingAlloc explaining() {
			return this.explaining;
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
