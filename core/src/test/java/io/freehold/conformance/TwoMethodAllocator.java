package io.freehold.conformance;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spi.GlobalAlloc;

/**
 * A user's allocator: implements the two required methods only, fills fresh blocks with
 * garbage, and may hand out a few bytes more than asked for. Writes down the calls of the
 * two methods.
 */
public final class TwoMethodAllocator implements Allocator {

	/** What fresh blocks are filled with. */
	public static final byte GARBAGE = (byte) 238;

	private final GlobalAlloc backend;

	private final long excess;

	/** The lengths of live blocks by address. */
	private final Map<Long, Long> lengths = new HashMap<>();

	/** The calls: {@code allocate(10,2)}, {@code deallocate(10,2)}. */
	private final List<String> calls = new ArrayList<>();

	/**
	 * Creates an allocator.
	 * @param backend where the memory comes from
	 * @param excess how many bytes each block is longer than asked for
	 */
	public TwoMethodAllocator(GlobalAlloc backend, long excess) {
		this.backend = backend;
		this.excess = excess;
	}

	/**
	 * Returns the calls of the two methods.
	 * @return the calls so far
	 */
	public List<String> calls() {
		return this.calls;
	}

	@Override
	@SuppressWarnings("restricted")
	public MemorySegment allocate(Layout layout) {
		this.calls.add("allocate(" + layout.size() + "," + layout.alignment() + ")");
		long length = layout.size() + this.excess;
		if (length == 0) {
			return layout.dangling();
		}
		long address = (length > 0) ? this.backend.allocate(length, layout.alignment()) : 0;
		if (address == 0) {
			throw new AllocationException("two-method", layout, Reason.EXHAUSTED, "nothing left");
		}
		this.lengths.put(address, length);
		// SAFETY: the backend has just handed out these bytes
		return MemorySegment.ofAddress(address).reinterpret(length).fill(GARBAGE);
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		this.calls.add("deallocate(" + layout.size() + "," + layout.alignment() + ")");
		Long length = this.lengths.remove(block.address());
		if (length != null) {
			this.backend.deallocate(block.address(), length, layout.alignment());
		}
	}

	@Override
	public String toString() {
		return "two-method";
	}

}
