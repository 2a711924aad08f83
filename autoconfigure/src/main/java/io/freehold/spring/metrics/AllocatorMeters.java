package io.freehold.spring.metrics;

import java.util.HashMap;
import java.util.Map;

import io.freehold.managed.AllocatorListener;
import io.freehold.managed.ManagedAllocator;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * The meters of one tree in one registry. Follows the tree as allocators come and go.
 */
final class AllocatorMeters implements AllocatorListener {

	private final MeterRegistry registry;

	private final int maxAllocators;

	/** The meters of the allocators that have their own. Guarded by this. */
	private final Map<ManagedAllocator, MeterGroup> tagged = new HashMap<>();

	/** The meters the others share, registered when there is one. Guarded by this. */
	private final MeterGroup other;

	AllocatorMeters(MeterRegistry registry, int maxAllocators) {
		this.registry = registry;
		this.maxAllocators = maxAllocators;
		this.other = new MeterGroup(registry);
	}

	@Override
	public synchronized void opened(ManagedAllocator allocator) {
		if (!allocator.isOpen() || this.tagged.containsKey(allocator) || this.other.contains(allocator)) {
			return;
		}
		if (this.tagged.size() < this.maxAllocators) {
			MeterGroup group = new MeterGroup(this.registry);
			this.tagged.put(allocator, group);
			group.add(allocator);
			group.register(
					Tags.of("allocator", allocator.name(), "scope", allocator.scope(), "backend", allocator.backend()),
					allocator);
		}
		else {
			this.other.add(allocator);
			this.other.register(Tags.of("allocator", "other", "scope", "other", "backend", allocator.backend()), null);
		}
	}

	@Override
	public synchronized void closed(ManagedAllocator allocator) {
		MeterGroup group = this.tagged.remove(allocator);
		if (group != null) {
			group.unregister();
		}
		else {
			this.other.remove(allocator);
		}
	}

	@Override
	public synchronized void limitChanged(ManagedAllocator allocator) {
		MeterGroup group = this.tagged.get(allocator);
		if (group != null) {
			group.updateLimit(tags(allocator), allocator.budget());
		}
	}

	/** Removes all meters. */
	synchronized void unregister() {
		this.tagged.values().forEach(MeterGroup::unregister);
		this.other.unregister();
	}

	private static Tags tags(ManagedAllocator allocator) {
		return Tags.of("allocator", allocator.name(), "scope", allocator.scope(), "backend", allocator.backend());
	}

}
