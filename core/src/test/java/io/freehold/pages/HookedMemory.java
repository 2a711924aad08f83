package io.freehold.pages;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

import io.freehold.internal.VirtualMemory;

/**
 * Addresses without memory behind them, for single-threaded tests: lets a test do between
 * two steps of a method what another thread might do there. Addresses that are given back
 * are handed out again at once.
 */
final class HookedMemory implements VirtualMemory {

	private final TreeMap<Long, Long> mappings = new TreeMap<>();

	private final Deque<Long> returned = new ArrayDeque<>();

	private long next = 1L << 32;

	private Runnable onDiscard = HookedMemory::nothing;

	private Runnable onMove = HookedMemory::nothing;

	private Runnable onUnmap = HookedMemory::nothing;

	private boolean discarding = true;

	private boolean mapping = true;

	private boolean unmapping = true;

	private boolean moving = true;

	private long largest = Long.MAX_VALUE;

	private static void nothing() {
	}

	/** Runs something once, when memory has been discarded next. */
	void onDiscard(Runnable action) {
		this.onDiscard = action;
	}

	/** Runs something once, when a mapping has been moved next. */
	void onMove(Runnable action) {
		this.onMove = action;
	}

	/** Runs something once, when memory is about to be unmapped next. */
	void onUnmap(Runnable action) {
		this.onUnmap = action;
	}

	/** Sets where the next mapping will be. */
	void setNext(long address) {
		this.next = address;
	}

	void setMapping(boolean mapping) {
		this.mapping = mapping;
	}

	/** Sets the largest size that is mapped. */
	void setLargest(long size) {
		this.largest = size;
	}

	void setDiscarding(boolean discarding) {
		this.discarding = discarding;
	}

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
		if (!this.mapping || size > this.largest) {
			return 0;
		}
		Long address = this.returned.poll();
		if (address == null) {
			address = this.next;
			this.next += 1L << 32;
		}
		this.mappings.put(address, size);
		return address;
	}

	@Override
	public boolean unmap(long address, long size) {
		requireMapping(address, size);
		Runnable action = this.onUnmap;
		this.onUnmap = HookedMemory::nothing;
		action.run();
		if (!this.unmapping) {
			return false;
		}
		this.mappings.remove(address);
		this.returned.push(address);
		return true;
	}

	/** Refuses to take mappings back, or does so no more. */
	void refuseUnmapping(boolean refused) {
		this.unmapping = !refused;
	}

	/** Refuses to move mappings from now on, with the target gone. */
	void refuseMoving() {
		this.moving = false;
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
		boolean discarded = this.discarding;
		Runnable action = this.onDiscard;
		this.onDiscard = HookedMemory::nothing;
		action.run();
		return discarded;
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
		requireMapping(address, size);
		requireMapping(target, targetSize);
		if (!this.moving) {
			// as the system does, which makes room first
			this.mappings.remove(target);
			this.returned.push(target);
			return false;
		}
		this.mappings.remove(address);
		this.returned.push(address);
		Runnable action = this.onMove;
		this.onMove = HookedMemory::nothing;
		action.run();
		return true;
	}

}
