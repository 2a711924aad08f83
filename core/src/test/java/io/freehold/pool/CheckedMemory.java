package io.freehold.pool;

import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.internal.VirtualMemory;

/**
 * The memory of the platform, watched: only what is mapped may be unmapped, discarded or
 * resized; and refusing on demand.
 */
final class CheckedMemory implements VirtualMemory {

	private final VirtualMemory memory;

	private final NavigableMap<Long, Long> mappings = new ConcurrentSkipListMap<>();

	private final AtomicLong calls = new AtomicLong();

	/**
	 * The number of the call to be refused; 0 for none, negative for it and all later.
	 */
	private volatile long refused;

	CheckedMemory() {
		this(VirtualMemory.ofPlatform());
	}

	CheckedMemory(VirtualMemory memory) {
		this.memory = memory;
	}

	/** Refuses the n-th call from now on. */
	void refuse(long n) {
		this.calls.set(0);
		this.refused = n;
	}

	/** Refuses the n-th call from now on and all that follow. */
	void refuseFrom(long n) {
		this.calls.set(0);
		this.refused = -n;
	}

	long calls() {
		return this.calls.get();
	}

	long mappedBytes() {
		return this.mappings.values().stream().mapToLong(Long::longValue).sum();
	}

	private boolean refuses() {
		long call = this.calls.incrementAndGet();
		long refused = this.refused;
		return refused != 0 && (call == refused || (call >= -refused && refused < 0));
	}

	@Override
	public int pageSize() {
		return this.memory.pageSize();
	}

	@Override
	public long chunkSize() {
		return this.memory.chunkSize();
	}

	@Override
	public boolean canDiscard() {
		return this.memory.canDiscard();
	}

	@Override
	public long map(long size, long alignment) {
		if (refuses()) {
			return 0;
		}
		long address = this.memory.map(size, alignment);
		if (address != 0) {
			this.mappings.put(address, size);
		}
		return address;
	}

	@Override
	public boolean unmap(long address, long size) {
		requireMapping(address, size);
		if (refuses()) {
			return false;
		}
		this.mappings.remove(address);
		if (!this.memory.unmap(address, size)) {
			this.mappings.put(address, size);
			return false;
		}
		return true;
	}

	private void requireMapping(long address, long size) {
		Long mapped = this.mappings.get(address);
		if (mapped == null || mapped != size) {
			throw new AssertionError("0x%x with %d bytes is no mapping: %s".formatted(address, size, mapped));
		}
	}

	@Override
	public boolean discard(long address, long size) {
		Map.Entry<Long, Long> mapping = this.mappings.floorEntry(address);
		if (mapping == null || address + size > mapping.getKey() + mapping.getValue()) {
			throw new AssertionError("0x%x with %d bytes lies in no mapping".formatted(address, size));
		}
		return !refuses() && this.memory.discard(address, size);
	}

	@Override
	public boolean resize(long address, long size, long newSize) {
		requireMapping(address, size);
		if (refuses() || !this.memory.resize(address, size, newSize)) {
			return false;
		}
		this.mappings.put(address, newSize);
		return true;
	}

	@Override
	public boolean canMove() {
		return this.memory.canMove();
	}

	@Override
	public boolean move(long address, long size, long target, long targetSize) {
		requireMapping(address, size);
		requireMapping(target, targetSize);
		if (refuses()) {
			// as if the target had been lost
			this.mappings.remove(target);
			this.memory.unmap(target, targetSize);
			return false;
		}
		this.mappings.remove(address);
		return this.memory.move(address, size, target, targetSize);
	}

}
