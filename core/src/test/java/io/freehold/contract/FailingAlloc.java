package io.freehold.contract;

import java.util.concurrent.atomic.AtomicLong;

import io.freehold.spi.GlobalAlloc;

/**
 * A backend over another that refuses memory on request: at one call, or at all. Calls
 * are counted from one; frees are not among them and are never refused. Safe for use by
 * any number of threads.
 */
public final class FailingAlloc implements GlobalAlloc {

	private final GlobalAlloc delegate;

	private final AtomicLong calls = new AtomicLong();

	private final AtomicLong refusals = new AtomicLong();

	private volatile long refused;

	private volatile boolean exhausted;

	/**
	 * Creates a backend that refuses nothing of its own accord yet.
	 * @param delegate does the work
	 */
	public FailingAlloc(GlobalAlloc delegate) {
		this.delegate = delegate;
	}

	/**
	 * Refuses one call.
	 * @param call the number of the call, counted from one since this backend exists
	 * @return this
	 */
	public FailingAlloc refuse(long call) {
		this.refused = call;
		return this;
	}

	/**
	 * Refuses all calls, or none any more.
	 * @param exhausted whether nothing is to be had
	 * @return this
	 */
	public FailingAlloc exhausted(boolean exhausted) {
		this.exhausted = exhausted;
		return this;
	}

	/**
	 * Returns how many calls have been refused.
	 * @return the number
	 */
	public long refusals() {
		return this.refusals.get();
	}

	private boolean refuses() {
		if (this.calls.incrementAndGet() == this.refused || this.exhausted) {
			this.refusals.incrementAndGet();
			return true;
		}
		return false;
	}

	@Override
	public long allocate(long size, long alignment) {
		return refuses() ? 0 : this.delegate.allocate(size, alignment);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		return refuses() ? 0 : this.delegate.allocateZeroed(size, alignment);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		this.delegate.deallocate(address, size, alignment);
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		return refuses() ? 0 : this.delegate.reallocate(address, oldSize, alignment, newSize);
	}

	@Override
	public String name() {
		return this.delegate.name();
	}

}
