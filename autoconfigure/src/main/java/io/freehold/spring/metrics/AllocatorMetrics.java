package io.freehold.spring.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.MemoryUsage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters for every allocator of a tree, registered and removed with it, and for the
 * backend behind the tree.
 *
 * <p>
 * Each allocator is tagged with its path, scope and backend. To bound the number of time
 * series only so many allocators get tags of their own; the others share one
 * {@code other}.
 */
public final class AllocatorMetrics implements MeterBinder, AutoCloseable {

	private final ManagedAllocator root;

	private final GlobalAlloc backend;

	private final int maxAllocators;

	private final List<AllocatorMeters> bound = new CopyOnWriteArrayList<>();

	/**
	 * Creates a binder.
	 * @param root the root of the tree
	 * @param backend the backend behind it
	 * @param maxAllocators how many allocators get tags of their own at the same time
	 */
	public AllocatorMetrics(ManagedAllocator root, GlobalAlloc backend, int maxAllocators) {
		this.root = root;
		this.backend = backend;
		this.maxAllocators = maxAllocators;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (this.backend instanceof MemoryUsage usage) {
			bindBackend(registry, usage);
		}
		AllocatorMeters meters = new AllocatorMeters(registry, this.maxAllocators);
		this.bound.add(meters);
		this.root.addListener(meters);
	}

	private void bindBackend(MeterRegistry registry, MemoryUsage usage) {
		Gauge.builder("freehold.memory.committed", usage, MemoryUsage::committedBytes)
			.description("Bytes that the backend holds from the operating system")
			.baseUnit(BaseUnits.BYTES)
			.tag("backend", this.backend.name())
			.strongReference(true)
			.register(registry);
		Gauge.builder("freehold.memory.cached", usage, MemoryUsage::cachedBytes)
			.description("Bytes that the backend holds free for later use")
			.baseUnit(BaseUnits.BYTES)
			.tag("backend", this.backend.name())
			.strongReference(true)
			.register(registry);
	}

	/**
	 * Stops following the tree.
	 */
	@Override
	public void close() {
		this.bound.forEach(this.root::removeListener);
	}

}
