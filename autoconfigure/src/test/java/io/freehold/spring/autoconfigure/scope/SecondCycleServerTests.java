package io.freehold.spring.autoconfigure.scope;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.RequestAllocator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that become asynchronous a second time, which has listeners of its own.
 */
@OnTomcat
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, classes = SecondCycleServerTests.Application.class)
class SecondCycleServerTests {

	@LocalServerPort
	private int port;

	@Autowired
	private Emitters emitters;

	@ParameterizedTest
	@ValueSource(strings = { "/direct", "/later" })
	void whenEmitterIsCompleteShouldStillHaveMemoryInItsCallback(String path) throws Exception {
		this.emitters.alive = new CompletableFuture<>();
		this.emitters.heard = new CountDownLatch(1);
		try (HttpClient client = HttpClient.newHttpClient()) {
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
				.timeout(Await.DEADLINE)
				.build();
			try (BufferedReader body = new BufferedReader(new InputStreamReader(
					client.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
				assertThat(body.readLine()).contains("hello");
				this.emitters.heard.countDown();
				assertThat(body.readAllAsString()).contains("good bye");
			}
		}
		assertThat(this.emitters.alive.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Emitters.class)
	static class Application {

	}

	@RestController
	static class Emitters {

		private final Allocator memory;

		volatile CompletableFuture<Boolean> alive = new CompletableFuture<>();

		volatile CountDownLatch heard = new CountDownLatch(1);

		Emitters(@RequestAllocator Allocator memory) {
			this.memory = memory;
		}

		private SseEmitter emitter(MemorySegment block) {
			SseEmitter emitter = new SseEmitter();
			emitter.onCompletion(() -> this.alive.complete(block.scope().isAlive()));
			Thread.ofVirtual().start(() -> {
				try {
					emitter.send("hello");
					// one that is complete before it is known to the server has no
					// callbacks
					this.heard.await();
					emitter.send("good bye");
					emitter.complete();
				}
				catch (IOException | InterruptedException ex) {
					emitter.completeWithError(ex);
				}
			});
			return emitter;
		}

		@GetMapping("/direct")
		ResponseEntity<SseEmitter> direct() {
			return ResponseEntity.ok(emitter(this.memory.allocate(Layout.ofBytes(16))));
		}

		@GetMapping("/later")
		CompletableFuture<ResponseEntity<SseEmitter>> later() {
			MemorySegment block = this.memory.allocate(Layout.ofBytes(16));
			return CompletableFuture.supplyAsync(() -> ResponseEntity.ok(emitter(block)));
		}

	}

}
