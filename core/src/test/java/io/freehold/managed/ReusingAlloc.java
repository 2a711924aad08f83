package io.freehold.managed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;

/**
 * A backend that hands out what was freed last, at once. For one thread.
 */
final class ReusingAlloc implements GlobalAlloc {

	private final GlobalAlloc system = Backends.get("system");

	private final Map<Layout, Deque<Long>> freed = new HashMap<>();

	private Deque<Long> freed(long size, long alignment) {
		return this.freed.computeIfAbsent(Layout.of(size, alignment), (_) -> new ArrayDeque<>());
	}

	@Override
	public long allocate(long size, long alignment) {
		Long address = freed(size, alignment).poll();
		return (address != null) ? address : this.system.allocate(size, alignment);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		freed(size, alignment).push(address);
	}

	/** Returns all memory. */
	void close() {
		this.freed.forEach((layout, addresses) -> addresses
			.forEach((address) -> this.system.deallocate(address, layout.size(), layout.alignment())));
	}

}
