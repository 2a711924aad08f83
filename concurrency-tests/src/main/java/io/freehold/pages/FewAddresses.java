package io.freehold.pages;

import java.util.concurrent.atomic.AtomicLong;

import io.freehold.internal.VirtualMemory;

/**
 * Addresses without memory behind them. An address that is given back is the next to be
 * handed out; giving back what is not mapped fails.
 */
final class FewAddresses implements VirtualMemory {

	private static final long FIRST = 1 << 30;

	private static final int ADDRESSES = 8;

	/** A bit for each that is mapped. */
	private final AtomicLong mapped = new AtomicLong();

	@Override
	public int pageSize() {
		return 4096;
	}

	@Override
	public long chunkSize() {
		return 1 << 20;
	}

	@Override
	public boolean canDiscard() {
		return true;
	}

	@Override
	public long map(long size, long alignment) {
		while (true) {
			long bits = this.mapped.get();
			int index = Long.numberOfTrailingZeros(~bits);
			if (index >= ADDRESSES) {
				return 0;
			}
			if (this.mapped.compareAndSet(bits, bits | 1L << index)) {
				return FIRST + index * FIRST;
			}
		}
	}

	@Override
	public boolean unmap(long address, long size) {
		long bit = 1L << (address / FIRST - 1);
		if ((this.mapped.getAndAdd(-bit) & bit) == 0) {
			throw new AssertionError("unmapped twice");
		}
		return true;
	}

	@Override
	public boolean discard(long address, long size) {
		return true;
	}

	@Override
	public boolean resize(long address, long size, long newSize) {
		return false;
	}

	@Override
	public boolean canMove() {
		return true;
	}

	@Override
	public boolean move(long address, long size, long target, long targetSize) {
		return unmap(address, size);
	}

}
