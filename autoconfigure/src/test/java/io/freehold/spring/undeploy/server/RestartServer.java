package io.freehold.spring.undeploy.server;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Starts an application and closes it again and again, each time with a new class loader,
 * as the developer tools of Spring Boot do.
 */
final class RestartServer {

	private static final String APPLICATION = "io.freehold.spring.undeploy.app.UndeployApplication";

	private static final String SPRING = "org/springframework/boot/SpringApplication.class";

	private final Trace trace = new Trace();

	private final ClassLoader base;

	private final URL[] restarted;

	private RestartServer(ClassLoader base, URL[] restarted) {
		this.base = base;
		this.restarted = restarted;
	}

	/**
	 * Runs the application.
	 * @param arguments what is loaded once and what is loaded each time, as class paths,
	 * and how many rounds
	 */
	public static void main(String[] arguments) throws Exception {
		ClassLoader base = new URLClassLoader(urls(arguments[0]), RestartServer.class.getClassLoader());
		RestartServer server = new RestartServer(base, urls(arguments[1]));
		boolean springStays = base.getResource(SPRING) != null;
		if (springStays) {
			// Spring keeps the class loader that it is first used with, in static fields
			server.runBare();
		}
		int rounds = Integer.parseInt(arguments[2]);
		int pending = 0;
		for (int i = 0; i < rounds; i++) {
			pending += server.round() ? 1 : 0;
		}
		if (springStays) {
			// and its set-up of Logback keeps the last environment until the next one
			server.runBare();
		}
		System.out.println("pending closes: " + pending);
		server.trace.print();
	}

	private static URL[] urls(String classPath) throws MalformedURLException {
		List<URL> urls = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator, -1)) {
			urls.add(Path.of(entry).toUri().toURL());
		}
		return urls.toArray(new URL[0]);
	}

	/** Starts the application without Freehold, and closes it. */
	private void runBare() throws Exception {
		try (URLClassLoader loader = new URLClassLoader(this.restarted, this.base)) {
			start(loader, "startBare", (_) -> {
			}).close();
		}
	}

	/** Returns whether closes were pending when the application had gone. */
	private boolean round() throws Exception {
		try (URLClassLoader loader = new URLClassLoader(this.restarted, this.base)) {
			this.trace.add(loader);
			AtomicInteger port = new AtomicInteger();
			try (AutoCloseable _ = start(loader, "start", port::set)) {
				Requests.make("http://localhost:" + port.get() + "/");
			}
		}
		return Outside.release();
	}

	/** On a thread of its own, as threads inherit its class loader. */
	private static AutoCloseable start(ClassLoader loader, String method, IntConsumer port) throws Exception {
		AtomicReference<Object> outcome = new AtomicReference<>();
		Thread thread = new Thread(() -> {
			try {
				outcome.set(loader.loadClass(APPLICATION).getMethod(method, IntConsumer.class).invoke(null, port));
			}
			catch (ReflectiveOperationException ex) {
				outcome.set(ex);
			}
		}, "restartedMain");
		thread.setContextClassLoader(loader);
		thread.start();
		thread.join();
		if (outcome.get() instanceof AutoCloseable started) {
			return started;
		}
		throw new IllegalStateException((Exception) outcome.get());
	}

}
