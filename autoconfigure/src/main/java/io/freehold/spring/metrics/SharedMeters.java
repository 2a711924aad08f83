package io.freehold.spring.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

import io.freehold.spring.sync.StackSafeLock;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The meters that several binders may have in one registry, such as those of a backend
 * that all contexts share. The last binder that releases one removes it.
 */
final class SharedMeters {

	private static final StackSafeLock LOCK = new StackSafeLock();

	/** How many binders use a meter. Guarded by the lock. */
	private static final Map<MeterRegistry, Map<Meter, Integer>> USES = new WeakHashMap<>();

	private SharedMeters() {
	}

	/** A binder uses a meter that it has registered. */
	static void use(MeterRegistry registry, Meter meter) {
		LOCK.lock();
		try {
			Map<Meter, Integer> uses = USES.get(registry);
			if (uses == null) {
				uses = new HashMap<>();
				USES.put(registry, uses);
			}
			uses.put(meter, uses.getOrDefault(meter, 0) + 1);
		}
		finally {
			LOCK.unlock();
		}
	}

	/** A binder that has used a meter ends. */
	static void release(MeterRegistry registry, Meter meter) {
		LOCK.lock();
		try {
			Map<Meter, Integer> uses = USES.getOrDefault(registry, Map.of());
			int left = uses.getOrDefault(meter, 0) - 1;
			if (left > 0) {
				uses.put(meter, left);
				return;
			}
			registry.remove(meter);
			if (left == 0) {
				uses.remove(meter);
			}
			if (uses.isEmpty()) {
				USES.remove(registry);
			}
		}
		finally {
			LOCK.unlock();
		}
	}

}
