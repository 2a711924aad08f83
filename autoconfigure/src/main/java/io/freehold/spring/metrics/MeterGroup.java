package io.freehold.spring.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.freehold.AllocationException.Reason;
import io.freehold.budget.Budget;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.sync.StackSafeLock;
import io.freehold.stats.AllocatorStats;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one allocator, or of several that share them. What allocators counted
 * that have closed since stays in the counters, so that these never fall.
 */
final class MeterGroup {

	private final MeterRegistry registry;

	private final Set<ManagedAllocator> members = ConcurrentHashMap.newKeySet();

	private final StackSafeLock lock = new StackSafeLock();

	/** Counts of former members. Guarded by the lock, as are departures. */
	private @Nullable AllocatorStats past;

	/** Guarded by {@link AllocatorMeters}. */
	private final List<Meter> meters = new ArrayList<>();

	/** Those that exist while there is a limit. Guarded by {@link AllocatorMeters}. */
	private final List<Meter> limitMeters = new ArrayList<>();

	MeterGroup(MeterRegistry registry) {
		this.registry = registry;
	}

	void add(ManagedAllocator allocator) {
		this.members.add(allocator);
	}

	boolean contains(ManagedAllocator allocator) {
		return this.members.contains(allocator);
	}

	void remove(ManagedAllocator allocator) {
		this.lock.lock();
		try {
			if (this.members.contains(allocator)) {
				AllocatorStats last = allocator.stats();
				// before the allocator is removed, for this may lack memory
				AllocatorStats past = (this.past != null) ? this.past.plus(last) : last;
				this.members.remove(allocator);
				this.past = past;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Registers the meters, the first time. If that fails there are none, and the next
	 * call tries again.
	 * @param limited the one allocator whose budget is shown, null if there are several
	 */
	void register(Tags tags, @Nullable ManagedAllocator limited) {
		if (!this.meters.isEmpty()) {
			return;
		}
		boolean complete = false;
		try {
			registerAll(tags, limited);
			complete = true;
		}
		finally {
			if (!complete) {
				unregister();
			}
		}
	}

	private void registerAll(Tags tags, @Nullable ManagedAllocator limited) {
		gauge("freehold.memory.used", "Bytes of live blocks of this allocator alone", BaseUnits.BYTES, tags,
				(group) -> group.sum(AllocatorStats::liveBytes));
		gauge("freehold.blocks.live", "Live blocks of this allocator alone", null, tags,
				(group) -> group.sum(AllocatorStats::liveBlocks));
		counter("freehold.allocations", "Blocks allocated", null, tags, AllocatorStats::allocations);
		counter("freehold.deallocations", "Blocks freed", null, tags, AllocatorStats::deallocations);
		counter("freehold.allocated", "Bytes allocated", BaseUnits.BYTES, tags, AllocatorStats::allocatedBytes);
		counter("freehold.leaks", "Blocks still live when their allocator closed", null, tags,
				AllocatorStats::leakedBlocks);
		for (Reason reason : Reason.values()) {
			counter("freehold.failures", "Requests refused", null, tags.and("reason", name(reason)),
					(stats) -> stats.failures(reason));
		}
		if (limited != null) {
			Budget budget = limited.budget();
			gauge("freehold.memory.peak", "Most bytes ever live at once, of this allocator and its descendants",
					BaseUnits.BYTES, tags, (group) -> budget.peak());
			updateLimit(tags, budget);
		}
	}

	/** Registers the meters of the limit if there is one now, or removes them. */
	void updateLimit(Tags tags, Budget budget) {
		boolean limited = budget.limit() != Budget.UNLIMITED;
		if (limited && this.limitMeters.isEmpty()) {
			this.limitMeters.add(register("freehold.memory.max", "Limit of this allocator and its descendants",
					BaseUnits.BYTES, tags, (group) -> max(budget)));
			this.limitMeters
				.add(register("freehold.memory.usage", "Share of the limit used by this allocator and its descendants",
						null, tags, (group) -> usage(budget)));
		}
		else if (!limited) {
			this.limitMeters.forEach(this.registry::remove);
			this.limitMeters.clear();
		}
	}

	private static double max(Budget budget) {
		long limit = budget.limit();
		return (limit == Budget.UNLIMITED) ? Double.NaN : limit;
	}

	private static double usage(Budget budget) {
		double max = max(budget);
		// nothing fits a limit of zero: it is used up
		return (max == 0) ? 1 : budget.used() / max;
	}

	void unregister() {
		for (List<Meter> registered : List.of(this.meters, this.limitMeters)) {
			// one by one: those that an error leaves are removed the next time
			while (!registered.isEmpty()) {
				this.registry.remove(registered.getLast());
				registered.removeLast();
			}
		}
	}

	private void gauge(String name, String description, @Nullable String unit, Tags tags,
			ToDoubleFunction<MeterGroup> value) {
		this.meters.add(register(name, description, unit, tags, value));
	}

	private Gauge register(String name, String description, @Nullable String unit, Tags tags,
			ToDoubleFunction<MeterGroup> value) {
		return Gauge.builder(name, this, value)
			.description(description)
			.baseUnit(unit)
			.tags(tags)
			.strongReference(true)
			.register(this.registry);
	}

	private void counter(String name, String description, @Nullable String unit, Tags tags,
			ToLongFunction<AllocatorStats> value) {
		this.meters.add(FunctionCounter.builder(name, this, new Rising(value))
			.description(description)
			.baseUnit(unit)
			.tags(tags)
			.register(this.registry));
	}

	private long sum(ToLongFunction<AllocatorStats> value) {
		return this.members.stream().map(ManagedAllocator::stats).mapToLong(value).sum();
	}

	private long total(ToLongFunction<AllocatorStats> value) {
		this.lock.lock();
		try {
			AllocatorStats past = this.past;
			return sum(value) + ((past != null) ? value.applyAsLong(past) : 0);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static String name(Reason reason) {
		return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * What a counter shows. A block counts as allocated while the backend is asked for
	 * it, and no more if the backend refuses; a counter that has shown it does not fall,
	 * but waits for the next one.
	 */
	private static final class Rising implements ToDoubleFunction<MeterGroup> {

		private final ToLongFunction<AllocatorStats> value;

		/** The most that was shown. By compare-and-set. */
		private final AtomicLong highest = new AtomicLong();

		Rising(ToLongFunction<AllocatorStats> value) {
			this.value = value;
		}

		@Override
		public double applyAsDouble(MeterGroup group) {
			return this.highest.accumulateAndGet(group.total(this.value), Math::max);
		}

	}

}
