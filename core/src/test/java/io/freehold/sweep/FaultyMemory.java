package io.freehold.sweep;

import io.freehold.internal.VirtualMemory;

/**
 * The memory of the platform, that fails on demand, and hands out chunks no larger than a
 * bound, no better aligned than asked for.
 */
final class FaultyMemory implements VirtualMemory {

	private static final long SMALLEST_CHUNK = 64 << 10;

	private final VirtualMemory memory;

	private final long chunkSize;

	private final long largestChunk;

	private final Trap trap = new Trap();

	private long mapped;

	/**
	 * @param chunkSize the largest size that is told
	 * @param largestChunk the largest size that is not refused
	 */
	FaultyMemory(VirtualMemory memory, long chunkSize, long largestChunk) {
		this.memory = memory;
		this.chunkSize = Math.min(memory.chunkSize(), chunkSize);
		this.largestChunk = largestChunk;
	}

	Trap trap() {
		return this.trap;
	}

	synchronized long mapped() {
		return this.mapped;
	}

	private synchronized void count(long bytes) {
		this.mapped += bytes;
	}

	@Override
	public int pageSize() {
		return this.memory.pageSize();
	}

	@Override
	public long chunkSize() {
		return this.chunkSize;
	}

	@Override
	public boolean canDiscard() {
		return this.memory.canDiscard();
	}

	@Override
	public boolean canMove() {
		return this.memory.canMove();
	}

	@Override
	public long map(long size, long alignment) {
		boolean chunk = alignment >= SMALLEST_CHUNK;
		if ((chunk && size > this.largestChunk && size <= this.chunkSize) || this.trap.refuses()) {
			return 0;
		}
		long address = (chunk && canDiscard()) ? mapOdd(size, alignment) : this.memory.map(size, alignment);
		if (address != 0) {
			count(size);
		}
		return address;
	}

	/** Maps where the address is no better aligned than it must be. */
	private long mapOdd(long size, long alignment) {
		long address = this.memory.map(size + alignment, 2 * alignment);
		if (address != 0 && !this.memory.unmap(address, alignment)) {
			this.memory.unmap(address, size + alignment);
			return 0;
		}
		return (address != 0) ? address + alignment : 0;
	}

	@Override
	public boolean unmap(long address, long size) {
		if (this.trap.refuses() || !this.memory.unmap(address, size)) {
			return false;
		}
		count(-size);
		return true;
	}

	@Override
	public boolean discard(long address, long size) {
		return !this.trap.refuses() && this.memory.discard(address, size);
	}

	@Override
	public boolean resize(long address, long size, long newSize) {
		if (this.trap.refuses() || !this.memory.resize(address, size, newSize)) {
			return false;
		}
		count(newSize - size);
		return true;
	}

	@Override
	public boolean move(long address, long size, long target, long targetSize) {
		if (this.trap.refuses()) {
			// as if the target had been lost
			this.memory.unmap(target, targetSize);
			count(-targetSize);
			return false;
		}
		if (!this.memory.move(address, size, target, targetSize)) {
			count(-targetSize);
			return false;
		}
		count(-size);
		return true;
	}

}
