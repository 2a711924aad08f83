package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.freehold.AllocationException.Reason;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.stats.AllocatorStats;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The memory of requests on a real server: whatever becomes of a request, in the end
 * nothing of it is left, and nobody can reach what it had.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		classes = AbstractRequestAllocatorServerTests.Application.class,
		properties = { "freehold.scopes.request.limit=64KB", "freehold.scopes.request.limit-per-instance=48KB",
				"server.shutdown=immediate" })
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractRequestAllocatorServerTests {

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Await.DEADLINE).build();

	private final RequestController controller;

	private final ManagedAllocator allocator;

	private final ManagedAllocator root;

	@LocalServerPort
	private int port;

	private AllocatorStats before;

	AbstractRequestAllocatorServerTests(RequestController controller, AllocatorTree tree) {
		this.controller = controller;
		this.allocator = tree.get("request");
		this.root = tree.root();
		this.before = this.allocator.stats();
	}

	@BeforeEach
	void begin() {
		this.controller.blocks.clear();
		this.before = this.allocator.stats();
	}

	@AfterEach
	void nothingIsLeft() {
		Await.until(() -> this.allocator.stats().openRegions() == 0);
		assertThat(this.allocator.budget().used()).isZero();
		assertThat(this.allocator.stats().liveBytes()).isZero();
		assertThat(this.allocator.stats().liveBlocks()).isZero();
		assertThat(this.allocator.stats().leakedBlocks()).isZero();
		assertThat(this.allocator.stats().regionsOpened()).isEqualTo(this.allocator.stats().regionsClosed());
		for (MemorySegment block : this.controller.blocks.values()) {
			assertThat(block.scope().isAlive()).isFalse();
			// those of a confined region say first that this is another thread
			assertThatException().isThrownBy(() -> block.get(ValueLayout.JAVA_INT, 0))
				.isInstanceOfAny(IllegalStateException.class, WrongThreadException.class);
		}
		assertThat(this.root.isOpen()).isTrue();
	}

	@AfterAll
	void closeClient() {
		this.client.close();
	}

	@Test
	void whenRequestDoesNotTouchAllocatorShouldOpenNothing() {
		assertThat(get("/untouched").body()).isEqualTo("untouched");
		assertThat(this.allocator.stats()).isEqualTo(this.before);
	}

	@Test
	void whenHandlerIsSynchronousShouldOpenOneRegion() {
		assertThat(get("/plain").body()).isEqualTo("4242");
		Await.until(() -> opened() == 1);
		assertThat(this.controller.blocks).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/confined", "/entity" })
	void whenHandlerIsSynchronousShouldConfineMemoryToItsThread(String path) {
		assertThat(get(path).body()).isEqualTo("confined");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/future", "/anything" })
	void whenHandlerMayBeAsynchronousShouldShareMemory(String path) {
		assertThat(get(path).body()).isEqualTo("42");
	}

	@ParameterizedTest
	@CsvSource({ "/fails, 500", "/refuses, 409" })
	void whenHandlerFailsShouldServeErrorFromFreshMemory(String path, int status) {
		HttpResponse<String> response = get(path);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.body()).isEqualTo("error 42");
		Await.until(() -> opened() == 2);
		assertThat(this.controller.blocks).containsOnlyKeys("first", "error");
	}

	@Test
	void whenHandlerReturnsCallableShouldKeepMemoryUntilItIsDone() {
		assertThat(get("/callable").body()).isEqualTo("4242");
		assertThat(opened()).isOne();
	}

	@Test
	void whenCallableFailsShouldFreeMemory() {
		assertThat(get("/callable-fails").statusCode()).isEqualTo(500);
		assertThat(this.controller.blocks).containsKeys("first", "second", "error");
	}

	@Test
	void whenForeignThreadAnswersShouldKeepMemoryUntilThen() {
		CompletableFuture<HttpResponse<String>> response = this.client.sendAsync(request("/deferred"),
				BodyHandlers.ofString());
		Await.until(() -> this.controller.waiting.get() != null);
		Thread.ofPlatform().name("foreign").start(this.controller::answer);
		assertThat(response.orTimeout(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS).join().body())
			.isEqualTo("4711 no scope");
	}

	@Test
	void whenNobodyAnswersInTimeShouldFreeMemory() {
		HttpResponse<String> response = get("/times-out");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(this.controller.blocks).containsKeys("first", "error");
	}

	@Test
	void whenTimeoutIsAnsweredShouldStillHaveMemory() {
		assertThat(get("/times-out-answered").body()).isEqualTo("late 42");
	}

	@Test
	void whenResponseIsStreamedShouldKeepMemoryUntilTheEnd() {
		assertThat(get("/stream").body()).isEqualTo("4242 4242 4242 ");
		assertThat(opened()).isOne();
	}

	@Test
	void whenEventsAreSentShouldKeepMemoryUntilTheLast() {
		assertThat(get("/events").body()).containsSubsequence("42", "42", "42");
	}

	@Test
	void whenClientGoesWhileItsHandlerSendsShouldFreeMemory() throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			// reset, not only closed
			socket.setSoLinger(true, 0);
			socket.getOutputStream()
				.write("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(socket.getInputStream().read()).isPositive();
		}
		Await.until(() -> opened() > 0 && this.allocator.stats().openRegions() == 0);
		assertThat(this.controller.blocks).containsKey("first");
	}

	@Test
	void whenRequestWantsMoreThanItsLimitShouldBeRefused() {
		assertThat(get("/big").statusCode()).isEqualTo(503);
		assertThat(this.allocator.stats().minus(this.before).failures(Reason.LIMIT_EXCEEDED)).isPositive();
	}

	@Test
	void whenManyRequestsRunAtOnceShouldKeepThemApart() {
		String[] paths = { "/plain", "/callable", "/stream", "/confined" };
		CompletableFuture<?>[] responses = new CompletableFuture<?>[40];
		long refused = this.allocator.stats().failures(Reason.LIMIT_EXCEEDED);
		for (int i = 0; i < responses.length; i++) {
			responses[i] = this.client.sendAsync(request(paths[i % paths.length]), BodyHandlers.ofString());
			if (i % 4 == 3) {
				// at most as many as the limit of all requests together allows
				CompletableFuture.allOf(responses[i - 3], responses[i - 2], responses[i - 1], responses[i]).join();
			}
		}
		for (CompletableFuture<?> response : responses) {
			assertThat(((HttpResponse<?>) response.join()).statusCode()).isEqualTo(200);
		}
		assertThat(this.allocator.stats().failures(Reason.LIMIT_EXCEEDED)).isEqualTo(refused);
		assertThat(opened()).isEqualTo(responses.length);
	}

	@ParameterizedTest
	@CsvSource({ "/includes, included 42 after 4242", "/forwards-async, 424242", "/dispatches, 4242",
			"/task-times-out, late 42", "/functional, 42", "/functional-async, async 42", "/filtered, 4242",
			"/intercepted, 42", "/forwards, 4242" })
	void whenRequestTakesAnotherPathShouldKeepMemoryUntilItsEnd(String path, String answer) {
		assertThat(get(path).body()).isEqualTo(answer);
	}

	@ParameterizedTest
	@CsvSource({ "/filtered, filter 42", "/intercepted, completion 42", "/forwards, after 42" })
	void whenSomebodyComesAfterTheHandlerShouldStillHaveMemory(String path, String name) {
		get(path);
		Await.until(() -> this.controller.blocks.containsKey(name));
	}

	@Test
	void whenFutureFailsShouldFreeMemory() {
		assertThat(get("/future-fails").statusCode()).isEqualTo(500);
		assertThat(this.controller.blocks).containsKeys("first", "error");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenHandlerFailsAfterItBeganToAnswerAsynchronouslyShouldFreeMemory(boolean committed) {
		this.client.sendAsync(request("/starts-and-fails?committed=" + committed), BodyHandlers.ofString())
			.orTimeout(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
			.handle((_, _) -> "over")
			.join();
		assertThat(this.controller.blocks).containsKey("first");
	}

	@Test
	void whenEmitterFailsShouldFreeMemory() {
		// whether the client sees an error depends on what the server has flushed
		this.client.sendAsync(request("/events-fail"), BodyHandlers.ofString()).handle((_, _) -> "over").join();
		assertThat(this.controller.blocks).containsKey("first");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenClientOfEmitterGoesAwayShouldFreeMemory(boolean reset) throws IOException {
		try (SessionClient other = new SessionClient(this.port); Socket socket = other.open("/events-endless")) {
			assertThat(socket.getInputStream().read()).isEqualTo('H');
			assertThat(this.allocator.stats().openRegions()).isOne();
			socket.setSoLinger(reset, 0);
		}
		Await.until(() -> this.allocator.stats().openRegions() == 0);
		assertThat(this.controller.blocks).containsKey("first");
	}

	private long opened() {
		return this.allocator.stats().minus(this.before).regionsOpened();
	}

	private HttpResponse<String> get(String path) {
		try {
			return this.client.send(request(path), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HttpRequest request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(Await.DEADLINE)
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ RequestController.class, RequestPaths.class, RequestPaths.Routes.class })
	static class Application {

	}

}
