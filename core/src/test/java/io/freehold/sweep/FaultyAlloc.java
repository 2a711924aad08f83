package io.freehold.sweep;

import io.freehold.spi.GlobalAlloc;

/**
 * A foreign backend that counts its live bytes, and fails on demand: before it allocates,
 * and after it has freed. Its counts need no call after the one that it passes on, so
 * that no error can come in between.
 */
final class FaultyAlloc implements GlobalAlloc {

	private final GlobalAlloc delegate;

	private final Trap trap = new Trap();

	private long live;

	FaultyAlloc(GlobalAlloc delegate) {
		this.delegate = delegate;
	}

	Trap trap() {
		return this.trap;
	}

	long live() {
		return this.live;
	}

	@Override
	public long allocate(long size, long alignment) {
		if (this.trap.refuses()) {
			return 0;
		}
		long address = this.delegate.allocate(size, alignment);
		if (address != 0) {
			this.live += size;
		}
		return address;
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		if (this.trap.refuses()) {
			return 0;
		}
		long address = this.delegate.allocateZeroed(size, alignment);
		if (address != 0) {
			this.live += size;
		}
		return address;
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		this.delegate.deallocate(address, size, alignment);
		this.live -= size;
		this.trap.spring();
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		if (this.trap.refuses()) {
			return 0;
		}
		long moved = this.delegate.reallocate(address, oldSize, alignment, newSize);
		if (moved != 0) {
			this.live += newSize - oldSize;
		}
		return moved;
	}

	@Override
	public String name() {
		return "faulty";
	}

}
