package io.freehold.pool;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

import io.freehold.internal.VirtualMemory;

/**
 * Memory of the platform that refuses some calls at random. Chunks are small, so that
 * they come and go.
 */
public final class RefusingMemory implements VirtualMemory {

	private static final long CHUNK_SIZE = 4 << 20;

	private final VirtualMemory memory = VirtualMemory.ofPlatform();

	private final LongAdder refusals = new LongAdder();

	private volatile int percent;

	/** Sets how many of a hundred calls are refused. */
	public void setRefused(int percent) {
		this.percent = percent;
	}

	/** Returns how many calls were refused. */
	public long refusals() {
		return this.refusals.sum();
	}

	private boolean refuses() {
		if (ThreadLocalRandom.current().nextInt(100) >= this.percent) {
			return false;
		}
		this.refusals.increment();
		return true;
	}

	@Override
	public int pageSize() {
		return this.memory.pageSize();
	}

	@Override
	public long chunkSize() {
		return CHUNK_SIZE;
	}

	@Override
	public long map(long size, long alignment) {
		return refuses() ? 0 : this.memory.map(size, alignment);
	}

	@Override
	public boolean unmap(long address, long size) {
		return !refuses() && this.memory.unmap(address, size);
	}

	@Override
	public boolean discard(long address, long size) {
		return !refuses() && this.memory.discard(address, size);
	}

	@Override
	public boolean resize(long address, long size, long newSize) {
		return !refuses() && this.memory.resize(address, size, newSize);
	}

	@Override
	public boolean move(long address, long size, long target, long targetSize) {
		if (refuses()) {
			// as if the target had been lost
			this.memory.unmap(target, targetSize);
			return false;
		}
		return this.memory.move(address, size, target, targetSize);
	}

	@Override
	public boolean canMove() {
		return this.memory.canMove();
	}

	@Override
	public boolean canDiscard() {
		return this.memory.canDiscard();
	}

}
