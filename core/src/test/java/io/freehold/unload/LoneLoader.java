package io.freehold.unload;

import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.freehold.Allocator;

/**
 * Loads Freehold and the classes of tests once more, until it is stopped, as the class
 * loader of a web application is when that is undeployed.
 */
final class LoneLoader extends URLClassLoader {

	private final Queue<String> refused = new ConcurrentLinkedQueue<>();

	private volatile boolean stopped;

	LoneLoader() {
		super(new URL[] { origin(Allocator.class), origin(LoneLoader.class) }, getPlatformClassLoader());
	}

	private static URL origin(Class<?> type) {
		CodeSource source = type.getProtectionDomain().getCodeSource();
		return source.getLocation();
	}

	/** Returns a new instance of a class that it loads. */
	<T> T create(Class<T> as, Class<?> program) throws ReflectiveOperationException {
		return as.cast(loadClass(program.getName()).getDeclaredConstructor().newInstance());
	}

	@Override
	protected Class<?> findClass(String name) throws ClassNotFoundException {
		if (this.stopped) {
			this.refused.add(name);
			throw new ClassNotFoundException(name + ": this class loader was stopped");
		}
		return super.findClass(name);
	}

	/** Loads no class from now on. */
	void stop() {
		this.stopped = true;
	}

	/** Returns the classes that were asked for afterwards. */
	Queue<String> refused() {
		return this.refused;
	}

}
