package io.freehold.spring.metrics;

import java.util.HashMap;
import java.util.Map;

import io.freehold.managed.AllocatorListener;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.sync.StackSafeLock;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * The meters of one tree in one registry. Follows the tree as allocators come and go.
 */
final class AllocatorMeters implements AllocatorListener {

	private final MeterRegistry registry;

	private final int maxAllocators;

	private final StackSafeLock lock = new StackSafeLock();

	/** The meters of the allocators that have their own. Guarded by the lock. */
	private final Map<ManagedAllocator, MeterGroup> tagged = new HashMap<>();

	/** The meters the others share, registered when there is one. Guarded by the lock. */
	private final MeterGroup other;

	AllocatorMeters(MeterRegistry registry, int maxAllocators) {
		this.registry = registry;
		this.maxAllocators = maxAllocators;
		this.other = new MeterGroup(registry);
	}

	@Override
	public void opened(ManagedAllocator allocator) {
		this.lock.lock();
		try {
			add(allocator);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(ManagedAllocator allocator) {
		if (!allocator.isOpen() || this.tagged.containsKey(allocator) || this.other.contains(allocator)) {
			return;
		}
		if (this.tagged.size() < this.maxAllocators) {
			MeterGroup group = new MeterGroup(this.registry);
			this.tagged.put(allocator, group);
			group.add(allocator);
			group.register(tags(allocator), allocator);
		}
		else {
			this.other.add(allocator);
			this.other.register(Tags.of("allocator", "other", "scope", "other", "backend", allocator.backend()), null);
		}
	}

	@Override
	public void closed(ManagedAllocator allocator) {
		this.lock.lock();
		try {
			MeterGroup group = this.tagged.get(allocator);
			if (group != null) {
				// while it is still known: what an error leaves is removed with all
				// meters
				group.unregister();
				this.tagged.remove(allocator);
			}
			else {
				this.other.remove(allocator);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void limitChanged(ManagedAllocator allocator) {
		this.lock.lock();
		try {
			MeterGroup group = this.tagged.get(allocator);
			if (group != null) {
				group.updateLimit(tags(allocator), allocator.budget());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Removes all meters. */
	void unregister() {
		this.lock.lock();
		try {
			this.tagged.values().forEach(MeterGroup::unregister);
			this.other.unregister();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static Tags tags(ManagedAllocator allocator) {
		return Tags.of("allocator", allocator.name(), "scope", allocator.scope(), "backend", allocator.backend());
	}

}
