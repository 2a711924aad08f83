package io.freehold.spring.undeploy.server;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * What is left of the class loaders of applications. Needs access to the fields of
 * threads.
 */
final class Trace {

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

	private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

	void add(ClassLoader loader) {
		this.loaders.add(new WeakReference<>(loader));
	}

	/** Collects garbage until nothing is left, or for a minute, and prints what is. */
	void print() throws ReflectiveOperationException {
		long deadline = System.nanoTime() + PATIENCE;
		while (alive() + threads().size() > 0 && System.nanoTime() - deadline < 0) {
			System.gc();
			LockSupport.parkNanos(10_000_000);
		}
		System.out.println("class loaders left: " + alive() + " of " + this.loaders.size());
		System.out.println("threads left: " + threads());
		System.out.println("thread-locals left: " + threadLocals());
	}

	private int alive() {
		int alive = 0;
		for (WeakReference<ClassLoader> loader : this.loaders) {
			alive += (loader.get() != null) ? 1 : 0;
		}
		return alive;
	}

	private boolean isOurs(@Nullable ClassLoader loader) {
		return loader != null && this.loaders.stream().anyMatch((candidate) -> candidate.refersTo(loader));
	}

	/** Returns the threads that applications started, and ours. */
	private Set<String> threads() {
		Set<String> threads = new TreeSet<>();
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			if (thread.getName().startsWith("freehold") || isOurs(thread.getContextClassLoader())
					|| isOurs(thread.getClass().getClassLoader())) {
				threads.add(thread.getName());
			}
		}
		return threads;
	}

	/** Returns the classes of applications that threads hold in their thread-locals. */
	private Set<String> threadLocals() throws ReflectiveOperationException {
		Set<String> found = new TreeSet<>();
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			for (String map : List.of("threadLocals", "inheritableThreadLocals")) {
				Object locals = get(Thread.class, map, thread);
				Object table = (locals != null) ? get(locals.getClass(), "table", locals) : null;
				for (int i = 0; table != null && i < Array.getLength(table); i++) {
					if (Array.get(table, i) instanceof Reference<?> entry) {
						note(entry.get(), found);
						note(get(entry.getClass(), "value", entry), found);
					}
				}
			}
		}
		return found;
	}

	private void note(@Nullable Object object, Set<String> found) {
		if (object != null && isOurs(object.getClass().getClassLoader())) {
			found.add(object.getClass().getName());
		}
	}

	private static @Nullable Object get(Class<?> type, String name, Object object) throws ReflectiveOperationException {
		Field field = type.getDeclaredField(name);
		field.setAccessible(true);
		return field.get(object);
	}

}
