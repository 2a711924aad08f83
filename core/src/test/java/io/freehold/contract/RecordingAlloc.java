package io.freehold.contract;

import java.util.ArrayList;
import java.util.List;

import io.freehold.spi.GlobalAlloc;

/**
 * A backend over another that writes down which calls are made, refused ones included:
 * {@code alloc(24,8)}, {@code alloc_zeroed(24,8)}, {@code realloc(24,8,->32)},
 * {@code dealloc(32,8)}. Safe for use by any number of threads.
 */
public final class RecordingAlloc implements GlobalAlloc {

	private final GlobalAlloc delegate;

	/** Guarded by itself. */
	private final List<String> calls = new ArrayList<>();

	/**
	 * Creates a recording backend.
	 * @param delegate does the work
	 */
	public RecordingAlloc(GlobalAlloc delegate) {
		this.delegate = delegate;
	}

	private void record(String call) {
		synchronized (this.calls) {
			this.calls.add(call);
		}
	}

	/**
	 * Returns the calls since the last time and forgets them.
	 * @return the calls, in order
	 */
	public List<String> takeCalls() {
		synchronized (this.calls) {
			List<String> taken = List.copyOf(this.calls);
			this.calls.clear();
			return taken;
		}
	}

	@Override
	public long allocate(long size, long alignment) {
		record("alloc(" + size + "," + alignment + ")");
		return this.delegate.allocate(size, alignment);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		record("alloc_zeroed(" + size + "," + alignment + ")");
		return this.delegate.allocateZeroed(size, alignment);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		record("dealloc(" + size + "," + alignment + ")");
		this.delegate.deallocate(address, size, alignment);
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		record("realloc(" + oldSize + "," + alignment + ",->" + newSize + ")");
		return this.delegate.reallocate(address, oldSize, alignment, newSize);
	}

	@Override
	public String name() {
		return this.delegate.name();
	}

}
