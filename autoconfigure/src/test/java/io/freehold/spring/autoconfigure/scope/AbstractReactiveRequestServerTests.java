package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.scope.MissingScopeException;
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
import reactor.core.publisher.Sinks;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The memory of requests on a real reactive server: whatever becomes of a request, in the
 * end nothing of it is left, and nobody can reach what it had.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		classes = AbstractReactiveRequestServerTests.Application.class,
		properties = { "spring.main.web-application-type=reactive", "freehold.scopes.request.limit=64MB",
				"freehold.scopes.request.limit-per-instance=48KB", "freehold.allocators.image-cache.limit=1MB" })
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractReactiveRequestServerTests {

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Await.DEADLINE).build();

	private final ReactiveRequestController controller;

	private final ManagedAllocator allocator;

	private final ManagedAllocator root;

	@LocalServerPort
	private int port;

	private AllocatorStats before;

	AbstractReactiveRequestServerTests(ReactiveRequestController controller, AllocatorTree tree) {
		this.controller = controller;
		this.allocator = tree.get("request");
		this.root = tree.root();
		this.before = this.allocator.stats();
	}

	@BeforeEach
	void begin() {
		this.controller.blocks.clear();
		this.controller.allocators.clear();
		this.controller.gate.set(Sinks.one());
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
			assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_INT, 0));
		}
		for (Allocator kept : this.controller.allocators) {
			assertThatExceptionOfType(MissingScopeException.class)
				.isThrownBy(() -> kept.allocate(ReactiveRequestController.LAYOUT))
				.withMessageStartingWith("requestAllocator: there is no request scope")
				.withMessageContaining("the request that this allocator belongs to is complete");
		}
		assertThat(this.allocator.stats().openRegions()).isZero();
		assertThat(this.root.isOpen()).isTrue();
	}

	@AfterAll
	void closeClient() {
		this.client.close();
	}

	@Test
	void whenRequestDoesNotTouchAllocatorShouldOpenNothing() {
		assertThat(get("/untouched").body()).isEqualTo("untouched requestAllocator");
		assertThat(this.allocator.stats()).isEqualTo(this.before);
	}

	@Test
	void whenParametersAskForBeansShouldPassThem() {
		assertThat(get("/beans").body()).isEqualTo("root/application root/image-cache");
		assertThat(opened()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "/mono, 4242", "/plain, 42", "/functional, 42", "/functional-accessor, 42", "/cancels, 42",
			"/schedulers, all apart", "/times-out-answered, late 42" })
	void whenHandlerAnswersOnceShouldHaveMemoryUntilThen(String path, String answer) {
		assertThat(get(path).body()).isEqualTo(answer);
		assertThat(opened()).isOne();
		assertThat(this.controller.blocks).isNotEmpty();
	}

	@Test
	void whenLinesAreStreamedShouldKeepMemoryUntilTheLast() {
		assertThat(get("/lines").body()).isEqualTo("4242\n4242\n4242\n");
		assertThat(opened()).isOne();
		assertThat(this.controller.blocks).containsOnlyKeys("first", "line0", "line1", "line2");
	}

	@Test
	void whenEventsAreStreamedShouldKeepMemoryUntilTheLast() {
		assertThat(get("/events").body()).containsSubsequence("42", "42", "42");
		assertThat(opened()).isOne();
		assertThat(this.controller.blocks).containsOnlyKeys("event0", "event1", "event2");
	}

	@Test
	void whenBlocksAreWrittenAsTheyAreShouldKeepThemUntilTheyAreWritten() {
		assertThat(get("/wrapped").body()).isEqualTo("a".repeat(64) + "b".repeat(64) + "c".repeat(64));
		assertThat(opened()).isOne();
	}

	@Test
	void whenFilterUsesMemoryShouldHaveItBeforeAndAfterTheHandler() {
		assertThat(get("/filtered").body()).isEqualTo("filtered");
		Await.until(() -> this.controller.blocks.containsKey("42"));
		assertThat(opened()).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/fails", "/throws", "/times-out" })
	void whenHandlerFailsShouldFreeMemory(String path) {
		assertThat(get(path).statusCode()).isEqualTo(500);
		assertThat(opened()).isOne();
		assertThat(this.controller.blocks).containsOnlyKeys("first");
	}

	@Test
	void whenFailureIsHandledByControllerShouldStillHaveMemory() {
		HttpResponse<String> response = get("/handled");
		assertThat(response.statusCode()).isEqualTo(422);
		assertThat(response.body()).isEqualTo("handled 42");
		assertThat(opened()).isOne();
	}

	@Test
	void whenStreamFailsMidwayShouldFreeMemory() {
		CompletableFuture<HttpResponse<String>> response = this.client.sendAsync(request("/fails-midway"),
				BodyHandlers.ofString());
		// whether the client sees an error depends on what the server has flushed
		response.handle((_, _) -> "over").join();
		Await.until(() -> this.controller.blocks.containsKey("first"));
		assertThat(opened()).isOne();
	}

	@Test
	void whenClientGoesAwayShouldFreeMemory() throws IOException, InterruptedException {
		HttpResponse<InputStream> response = this.client.send(request("/endless"), BodyHandlers.ofInputStream());
		try (InputStream body = response.body()) {
			assertThat(body.readNBytes(9)).asString(StandardCharsets.US_ASCII).isEqualTo("data:42\n\n");
			assertThat(this.allocator.stats().openRegions()).isOne();
		}
		Await.until(() -> this.allocator.stats().openRegions() == 0);
		assertThat(opened()).isOne();
	}

	@Test
	void whenRequestWantsMoreThanItsLimitShouldBeRefused() {
		assertThat(get("/big").statusCode()).isEqualTo(503);
		assertThat(this.allocator.stats().minus(this.before).failures(Reason.LIMIT_EXCEEDED)).isPositive();
	}

	@Test
	void whenManyRequestsAreThereAtOnceShouldKeepThemApart() {
		List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			responses.add(this.client.sendAsync(request("/held/" + i), BodyHandlers.ofString()));
		}
		Await.until(() -> this.allocator.stats().openRegions() == 200 && this.controller.blocks.size() == 200);
		this.controller.gate.get().tryEmitValue("go ").orThrow();
		for (int i = 0; i < 200; i++) {
			assertThat(responses.get(i).join().body()).isEqualTo("go " + i);
		}
		assertThat(opened()).isEqualTo(200);
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
	@Import(ReactiveRequestController.class)
	static class Application {

		@Bean
		RouterFunction<ServerResponse> routes(ReactiveRequestController controller) {
			return controller.routes();
		}

	}

}
