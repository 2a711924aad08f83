package io.freehold.spring.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

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

	/** Undoes what was bound, registry by registry. Copied on write. */
	private final List<Runnable> undoings = new CopyOnWriteArrayList<>();

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
		AllocatorMeters meters = new AllocatorMeters(registry, this.maxAllocators);
		this.root.addListener(meters);
		this.undoings.add(() -> {
			this.root.removeListener(meters);
			meters.unregister();
		});
		if (this.backend instanceof MemoryUsage usage) {
			bind(registry, "freehold.memory.committed", "Bytes that the backend holds from the operating system", usage,
					MemoryUsage::committedBytes);
			bind(registry, "freehold.memory.reserved", "Bytes of address space that the backend holds", usage,
					MemoryUsage::reservedBytes);
			bind(registry, "freehold.memory.cached", "Bytes that the backend holds free for later use", usage,
					MemoryUsage::cachedBytes);
		}
	}

	private void bind(MeterRegistry registry, String name, String description, MemoryUsage usage,
			ToDoubleFunction<MemoryUsage> value) {
		Gauge gauge = Gauge.builder(name, usage, value)
			.description(description)
			.baseUnit(BaseUnits.BYTES)
			.tag("backend", this.backend.name())
			.strongReference(true)
			.register(registry);
		SharedMeters.use(registry, gauge);
		this.undoings.add(() -> SharedMeters.release(registry, gauge));
	}

	/**
	 * Stops following the tree and removes all meters.
	 */
	@Override
	public void close() {
		this.undoings.forEach(Runnable::run);
		this.undoings.clear();
	}

}
