package io.freehold.spring.deep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.spring.autoconfigure.scope.Await;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that recurse to the end of their stack, while they allocate and free from a
 * bean of each kind. Each of them fails alone: other requests, the health and the
 * endpoint answer at the same time, and in the end nothing is in use and the process ends
 * when it is told to.
 *
 * <p>
 * An overflow may break the JDK, the server and Spring too, such as a class whose
 * initializer runs for the first time at the end of a stack. So there are requests of
 * every kind first, those that fail included: then all of that has been run, and only
 * what is ours is under test.
 */
@Execution(ExecutionMode.CONCURRENT)
class DeepRequestTests {

	private static final String NETTY = "NettyWebServer";

	private static final int DEEP_REQUESTS = 200;

	private static final int DEEP_REQUESTS_BEFORE_END = 40;

	private static final int DEEP_CLIENTS = 4;

	private static final int SHALLOW_CLIENTS = 2;

	private static final int WARM_UPS = 3;

	private static final long SECONDS_TO_END = 60;

	@TempDir
	private Path folder;

	@ParameterizedTest(name = "{0}, virtual threads {1}")
	@CsvSource({ "TomcatWebServer, false", "TomcatWebServer, true", "JettyServletWebServer, false",
			"JettyServletWebServer, true", "NettyWebServer, false", "NettyWebServer, true" })
	@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void whenRequestsOverflowTheirStacksShouldFailAlone(String server, boolean virtualThreads) throws Exception {
		int seed = (int) System.nanoTime() & 0xfffff;
		System.out.println(server + ", virtual threads " + virtualThreads + ", seed " + seed);
		try (ServerProcess process = ServerProcess.start(this.folder, properties(server, virtualThreads));
				DeepClient client = new DeepClient(process.port())) {
			try {
				assertThat(process.server()).isEqualTo(server);
				List<Bean> kinds = kinds(server);
				for (int i = 0; i < WARM_UPS; i++) {
					beShallow(client, kinds, Work.SHALLOW, seed);
					beShallow(client, kinds, Work.FAIL, seed);
				}
				beDeep(client, kinds, DEEP_REQUESTS, seed);
				assertThat(client.get("/findings")).isEqualTo(DEEP_REQUESTS + " overflows");
				awaitNothingInUse(client);
				if (server.equals(NETTY)) {
					beUnanswered(client, seed);
				}
				else {
					// lives when the process ends
					client.verify(Bean.SESSION, Work.DOWN, seed, client.beginSession());
				}
				beDeep(client, kinds, DEEP_REQUESTS_BEFORE_END, seed + DEEP_REQUESTS);
				assertThat(client.get("/findings")).endsWith(" overflows");
				// as the JVM ends at SIGTERM when all hooks have run
				assertThat(process.terminate(SECONDS_TO_END)).isEqualTo(128 + 15);
				assertThat(process.output()).doesNotContain(" WARN ", " ERROR ");
			}
			catch (Exception | AssertionError ex) {
				throw new AssertionError(process.threads() + process.output(), ex);
			}
		}
	}

	private static List<Bean> kinds(String server) {
		Set<Bean> kinds = EnumSet.allOf(Bean.class);
		if (server.equals(NETTY)) {
			kinds.remove(Bean.SESSION);
		}
		return List.copyOf(kinds);
	}

	private static List<String> properties(String server, boolean virtualThreads) {
		boolean reactive = server.equals(NETTY);
		List<Class<?>> excluded = switch (server) {
			case "TomcatWebServer" -> List.of(JettyServletWebServerAutoConfiguration.class);
			case "JettyServletWebServer" -> List.of(TomcatServletWebServerAutoConfiguration.class);
			default ->
				List.of(TomcatReactiveWebServerAutoConfiguration.class, JettyReactiveWebServerAutoConfiguration.class);
		};
		return List.of("spring.main.web-application-type=" + (reactive ? "reactive" : "servlet"),
				"spring.autoconfigure.exclude=" + String.join(",", excluded.stream().map(Class::getName).toList()),
				"spring.threads.virtual.enabled=" + virtualThreads, "spring.jmx.enabled=false", "server.port=0",
				"management.endpoints.web.exposure.include=health,allocators", "freehold.allocators.parser.limit=1GB",
				// a thousand lines for each error otherwise
				"logging.level.root=off", "logging.level.io.freehold=warn");
	}

	private static void beShallow(DeepClient client, List<Bean> kinds, Work work, int seed) throws Exception {
		for (Bean bean : kinds) {
			client.verify(bean, work, seed);
		}
		assertThat(client.json("/actuator/health").path("status").asString("")).isEqualTo("UP");
		assertThat(client.json("/actuator/allocators").path("root").path("name").asString("")).isEqualTo("root");
	}

	/** Makes deep requests, and shallow ones until these are answered. */
	private static void beDeep(DeepClient client, List<Bean> kinds, int requests, int seed) throws Exception {
		AtomicInteger next = new AtomicInteger();
		AtomicBoolean over = new AtomicBoolean();
		ExecutorService executor = Executors.newFixedThreadPool(DEEP_CLIENTS + SHALLOW_CLIENTS);
		try {
			List<Future<?>> deep = new ArrayList<>();
			for (int i = 0; i < DEEP_CLIENTS; i++) {
				deep.add(executor.submit((Callable<?>) () -> {
					for (int n = next.getAndIncrement(); n < requests && !over.get(); n = next.getAndIncrement()) {
						Work work = (n / kinds.size() % 2 == 0) ? Work.DOWN : Work.UP;
						client.verify(kinds.get(n % kinds.size()), work, seed + n);
					}
					return null;
				}));
			}
			List<Future<?>> shallow = new ArrayList<>();
			for (int i = 0; i < SHALLOW_CLIENTS; i++) {
				int number = seed + i;
				shallow.add(executor.submit((Callable<?>) () -> {
					do {
						beShallow(client, kinds, Work.SHALLOW, number);
					}
					while (!over.get());
					return null;
				}));
			}
			try {
				awaitAll(deep);
			}
			finally {
				over.set(true);
			}
			awaitAll(shallow);
		}
		finally {
			executor.shutdownNow();
		}
	}

	/** Makes requests whose memory ends although Reactor forgets them. */
	private static void beUnanswered(DeepClient client, int seed) throws Exception {
		client.verifyUnanswered(Work.FAIL, seed);
		client.verifyUnanswered(Work.DOWN, seed);
		client.verifyUnanswered(Work.UP, seed);
		awaitNothingInUse(client);
	}

	/** Every request has a deadline. */
	private static void awaitAll(List<Future<?>> clients) throws InterruptedException {
		for (Future<?> client : clients) {
			try {
				client.get();
			}
			catch (ExecutionException ex) {
				throw new AssertionError(ex.getCause());
			}
		}
	}

	/** What a request had ends when it was answered. */
	private static void awaitNothingInUse(DeepClient client) throws Exception {
		long deadline = System.nanoTime() + Await.DEADLINE.toNanos();
		List<String> inUse = new ArrayList<>();
		do {
			inUse.clear();
			collectInUse(client.json("/actuator/allocators").path("root"), inUse);
		}
		while (!inUse.isEmpty() && System.nanoTime() < deadline);
		assertThat(inUse).isEmpty();
	}

	private static void collectInUse(JsonNode allocator, List<String> inUse) {
		for (String figure : List.of("used", "usedAlone", "liveBlocks", "openRegions", "leakedBlocks")) {
			long value = allocator.path(figure).asLong(-1);
			if (value != 0) {
				inUse.add(allocator.path("name").asString("") + " " + figure + "=" + value);
			}
		}
		for (JsonNode child : allocator.path("children").values()) {
			collectInUse(child, inUse);
		}
	}

}
