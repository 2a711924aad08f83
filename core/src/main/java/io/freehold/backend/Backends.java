package io.freehold.backend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;

import io.freehold.internal.sync.PolledLock;
import io.freehold.spi.Availability;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.GlobalAllocProvider;

/**
 * Finds backends by name. Each is created at most once for each class loader that loads
 * Freehold, and shared by all who ask for it, because two instances would not know each
 * other's free memory.
 */
public final class Backends {

	private static final ConcurrentHashMap<String, GlobalAlloc> INSTANCES = new ConcurrentHashMap<>();

	/** Held while a backend is created. */
	private static final PolledLock LOCK = new PolledLock();

	private Backends() {
	}

	/**
	 * Returns the providers that can be found, by name and in the order in which they
	 * were found. Of two with the same name the first counts.
	 * @return an unmodifiable map
	 * @throws java.util.ServiceConfigurationError if a provider cannot be loaded
	 */
	public static Map<String, GlobalAllocProvider> providers() {
		Map<String, GlobalAllocProvider> providers = new LinkedHashMap<>();
		for (GlobalAllocProvider provider : ServiceLoader.load(GlobalAllocProvider.class,
				GlobalAllocProvider.class.getClassLoader())) {
			providers.putIfAbsent(provider.name(), provider);
		}
		return Collections.unmodifiableMap(providers);
	}

	/**
	 * Returns the one instance of a backend, creating it the first time.
	 * @param name the provider's name
	 * @return the backend
	 * @throws IllegalArgumentException if there is no such provider, or if it is not
	 * available; the message lists every backend and why it is not available
	 */
	public static GlobalAlloc get(String name) {
		GlobalAlloc present = INSTANCES.get(name);
		if (present != null) {
			return present;
		}
		LOCK.lock();
		try {
			present = INSTANCES.get(name);
			if (present == null) {
				present = create(name);
				INSTANCES.put(name, present);
			}
			return present;
		}
		finally {
			LOCK.unlock();
		}
	}

	private static GlobalAlloc create(String name) {
		Map<String, GlobalAllocProvider> providers = providers();
		GlobalAllocProvider provider = providers.get(name);
		if (provider == null) {
			throw new IllegalArgumentException("there is no backend '" + name + "': choose one of " + describe());
		}
		Availability availability = provider.availability();
		if (!availability.available()) {
			throw new IllegalArgumentException("backend '" + name + "' is " + availability);
		}
		return provider.create();
	}

	private static String describe() {
		StringBuilder text = new StringBuilder();
		for (Map.Entry<String, GlobalAllocProvider> entry : providers().entrySet()) {
			text.append(text.isEmpty() ? "" : ", ").append(entry.getKey());
			text.append(" (").append(entry.getValue().availability()).append(')');
		}
		return text.toString();
	}

}
