package io.freehold.spring.autoconfigure.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.autoconfigure.scope.Await;
import io.micrometer.core.instrument.MeterRegistry;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients are told when memory is refused, on each server.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusalsServerTests {

	private static final String WARNING = "A request was answered with 503: ";

	@ParameterizedTest
	@EnumSource(Server.class)
	void whenLimitIsReachedShouldBeUnavailableForAMoment(Server server, CapturedOutput output) throws Exception {
		try (Running running = new Running(server)) {
			running.get("/fill");
			for (String path : List.of("/take", "/wrapped")) {
				HttpResponse<String> response = running.get(path);
				assertThat(response.statusCode()).isEqualTo(503);
				assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
				assertThat(response.body()).contains("\"status\":503")
					.contains("\"error\":\"Service Unavailable\"")
					.doesNotContain("root/")
					.doesNotContain("Exception");
			}
			assertThat(output).containsOnlyOnce(WARNING)
				.contains(WARNING + "root/cache: could not allocate 2048 bytes")
				.doesNotContain("Servlet.service() for servlet")
				.doesNotContain("500 Server Error");
			Await.until(() -> running.countOf("AllocationException") == 2);
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void whenRequestCanNeverFitShouldNotAskToTryAgain(Server server) throws Exception {
		try (Running running = new Running(server)) {
			HttpResponse<String> response = running.get("/too-large");
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void whenLayoutIsUnsupportedShouldBeAnErrorAsBefore(Server server, CapturedOutput output) throws Exception {
		try (Running running = new Running(server)) {
			HttpResponse<String> response = running.get("/unsupported");
			assertThat(response.statusCode()).isEqualTo(500);
			assertThat(response.headers().firstValue("Retry-After")).isEmpty();
			assertThat(output).doesNotContain(WARNING);
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void whenApplicationHandlesRefusalShouldLetIt(Server server, CapturedOutput output) throws Exception {
		try (Running running = new Running(server)) {
			assertThat(running.get("/handled").statusCode()).isEqualTo(413);
			assertThat(output).doesNotContain(WARNING);
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void whenProblemDetailsAreEnabledShouldBeOne(Server server) throws Exception {
		try (Running running = new Running(server, "spring.mvc.problemdetails.enabled=true",
				"spring.webflux.problemdetails.enabled=true", "freehold.web.refusals.retry-after=1500ms")) {
			running.get("/fill");
			HttpResponse<String> response = running.get("/take");
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.headers().firstValue("Retry-After")).hasValue("2");
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(response.body()).contains("\"title\":\"Service Unavailable\"").doesNotContain("root/");
			assertThat(running.get("/unsupported").statusCode()).isEqualTo(500);
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void whenDisabledShouldBeAnErrorAsBefore(Server server) throws Exception {
		try (Running running = new Running(server, "freehold.web.refusals.enabled=false")) {
			running.get("/fill");
			assertThat(running.get("/take").statusCode()).isEqualTo(500);
		}
	}

	/** Servers of both web stacks. */
	enum Server {

		TOMCAT("org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration",
				WebApplicationType.SERVLET),

		JETTY("org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration",
				WebApplicationType.SERVLET),

		NETTY("org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration,"
				+ "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
				WebApplicationType.REACTIVE);

		private final String excluded;

		private final WebApplicationType type;

		Server(String excluded, WebApplicationType type) {
			this.excluded = excluded;
			this.type = type;
		}

	}

	/** An application that runs. */
	static final class Running implements AutoCloseable {

		private final ConfigurableApplicationContext context;

		private final HttpClient client = HttpClient.newHttpClient();

		private final String uri;

		Running(Server server, String... properties) {
			List<String> all = new ArrayList<>(List.of(properties));
			all.addAll(List.of("server.port=0", "freehold.allocators.cache.limit=4KB",
					"spring.autoconfigure.exclude=" + server.excluded));
			this.context = new SpringApplicationBuilder(Application.class).web(server.type)
				.properties(all.toArray(String[]::new))
				.run();
			this.uri = "http://localhost:" + this.context.getEnvironment().getRequiredProperty("local.server.port");
		}

		HttpResponse<String> get(String path) throws IOException, InterruptedException {
			HttpRequest request = HttpRequest.newBuilder(URI.create(this.uri + path))
				.header("Accept", "application/json, application/problem+json")
				.timeout(Await.DEADLINE)
				.build();
			return this.client.send(request, BodyHandlers.ofString());
		}

		/** Returns how many requests were observed to fail with an exception. */
		long countOf(String exception) {
			return this.context.getBean(MeterRegistry.class)
				.find("http.server.requests")
				.tag("exception", exception)
				.tag("status", "503")
				.timers()
				.stream()
				.mapToLong((timer) -> timer.count())
				.sum();
		}

		@Override
		public void close() {
			this.client.close();
			this.context.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Controller.class, Handling.class })
	static class Application {

	}

	@RestController
	static class Controller {

		private final Allocator cache;

		Controller(@NamedAllocator("cache") Allocator cache) {
			this.cache = cache;
		}

		@GetMapping("/fill")
		String fill() {
			this.cache.allocate(Layout.ofBytes(3072));
			return "filled";
		}

		@GetMapping("/take")
		String take() {
			this.cache.allocate(Layout.ofBytes(2048));
			return "taken";
		}

		@GetMapping("/wrapped")
		String wrapped() {
			try {
				return take();
			}
			catch (RuntimeException ex) {
				throw new IllegalStateException("wrapped", ex);
			}
		}

		@GetMapping("/too-large")
		String tooLarge() {
			this.cache.allocate(Layout.ofBytes(4097));
			return "taken";
		}

		@GetMapping("/unsupported")
		String unsupported() {
			this.cache.allocate(Layout.ofBytes(1L << 50));
			return "taken";
		}

	}

	@RestController
	static class Handling {

		private final Allocator cache;

		Handling(@NamedAllocator("cache") Allocator cache) {
			this.cache = cache;
		}

		@GetMapping("/handled")
		String handled() {
			this.cache.allocate(Layout.ofBytes(1 << 20));
			return "taken";
		}

		@ExceptionHandler
		ResponseEntity<String> tooLarge(AllocationException failure) {
			return ResponseEntity.status(HttpStatus.CONTENT_TOO_LARGE).body(failure.reason().name());
		}

	}

}
