package io.freehold.managed;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.internal.Memory;
import io.freehold.spi.GlobalAlloc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A backend over {@code system} that knows every block it gave out: each must come back
 * once, with exactly its size and alignment. Can be told to refuse calls. What goes back
 * is overwritten first, so that late users of it do not go unnoticed.
 */
public final class CheckingAlloc implements GlobalAlloc {

	private static final byte FREED = (byte) 0xDD;

	private final GlobalAlloc system = Backends.get("system");

	private final Map<Long, Layout> live = new ConcurrentHashMap<>();

	private final Queue<String> breaches = new ConcurrentLinkedQueue<>();

	private final AtomicInteger calls = new AtomicInteger();

	private final AtomicInteger frees = new AtomicInteger();

	private final AtomicInteger callsUntilRefusal = new AtomicInteger();

	@Override
	public long allocate(long size, long alignment) {
		return refuses() ? 0 : record(this.system.allocate(size, alignment), size, alignment);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		return refuses() ? 0 : record(this.system.allocateZeroed(size, alignment), size, alignment);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		this.calls.incrementAndGet();
		this.frees.incrementAndGet();
		if (remove(address, size, alignment)) {
			Memory.segment(address, size).fill(FREED);
			this.system.deallocate(address, size, alignment);
		}
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		if (refuses() || !remove(address, oldSize, alignment)) {
			return 0;
		}
		long moved = record(this.system.allocate(newSize, alignment), newSize, alignment);
		Memory.copy(address, moved, Math.min(oldSize, newSize));
		Memory.segment(address, oldSize).fill(FREED);
		this.system.deallocate(address, oldSize, alignment);
		return moved;
	}

	/** Makes the n-th call from now on that asks for memory be refused, for n from 1. */
	public void refuse(int n) {
		this.callsUntilRefusal.set(n);
	}

	/** Returns how many calls were made, of any kind. */
	public int calls() {
		return this.calls.get();
	}

	/** Returns how many blocks were given back. */
	public int frees() {
		return this.frees.get();
	}

	/** Returns how many blocks are out. */
	public int live() {
		return this.live.size();
	}

	/** Asserts that nobody gave back what he did not have. */
	public void assertSound() {
		assertThat(this.breaches).isEmpty();
	}

	/** Asserts that everything has come back, once. */
	public void assertAllHome() {
		assertSound();
		assertThat(this.live).isEmpty();
	}

	private boolean refuses() {
		this.calls.incrementAndGet();
		return this.callsUntilRefusal.get() > 0 && this.callsUntilRefusal.decrementAndGet() == 0;
	}

	private long record(long address, long size, long alignment) {
		Layout before = (address != 0) ? this.live.put(address, Layout.of(size, alignment)) : null;
		if (before != null || address % alignment != 0) {
			this.breaches.add("handed out " + Long.toHexString(address) + " while live as " + before);
		}
		return address;
	}

	private boolean remove(long address, long size, long alignment) {
		Layout layout = this.live.remove(address);
		if (layout == null || layout.size() != size || layout.alignment() != alignment) {
			this.breaches.add("given back " + Long.toHexString(address) + " with size " + size + " and alignment "
					+ alignment + ", live as " + layout);
			return false;
		}
		return true;
	}

	@Override
	public String name() {
		return "checking";
	}

}
