package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Allocators as arguments of handler methods on Tomcat.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, classes = AllocatorArgumentsServerTests.Application.class,
		properties = { "spring.main.web-application-type=servlet", "freehold.allocators.image-cache.limit=1MB" })
@TestInstance(Lifecycle.PER_CLASS)
class AllocatorArgumentsServerTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@AfterAll
	void closeClient() {
		this.client.close();
	}

	@ParameterizedTest
	@CsvSource({ "/request, 64", "/plain, root/application", "/managed, root/application", "/named, root/image-cache",
			"/composed, root/image-cache", "/qualified, root/own", "/by-name, root/own",
			"/by-interface, root/image-cache", "/nobody, null", "/model, root/image-cache", "/fails, handled 64" })
	void whenHandlerMethodTakesAllocatorShouldPassWhatAnInjectionPointWouldGet(String path, String answer)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(Await.DEADLINE)
			.build();
		for (int i = 0; i < 2; i++) {
			assertThat(this.client.send(request, BodyHandlers.ofString()).body()).isEqualTo(answer);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

		@Bean(defaultCandidate = false, destroyMethod = "")
		@Qualifier("mine")
		ManagedAllocator ownAllocator(AllocatorTree tree) {
			return tree.add("own", (spec) -> {
			});
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.PARAMETER)
	@NamedAllocator("image-cache")
	@interface ImageCache {

	}

	interface Api {

		@GetMapping("/by-interface")
		String byInterface(@NamedAllocator("image-cache") ManagedAllocator imageCacheAllocator);

	}

	@RestController
	static class Controller implements Api {

		@GetMapping("/request")
		String request(@RequestAllocator Allocator memory) {
			return String.valueOf(memory.allocate(Layout.ofBytes(64)).byteSize());
		}

		@GetMapping("/plain")
		String plain(Allocator memory) {
			return memory.toString();
		}

		@GetMapping("/managed")
		String managed(ManagedAllocator memory) {
			return memory.name();
		}

		@GetMapping("/named")
		String named(@NamedAllocator("image-cache") Allocator cache) {
			return cache.toString();
		}

		@GetMapping("/composed")
		String composed(@ImageCache Allocator cache) {
			return cache.toString();
		}

		@GetMapping("/qualified")
		String qualified(@Qualifier("mine") ManagedAllocator memory) {
			return memory.name();
		}

		@GetMapping("/by-name")
		String byName(@Qualifier("ownAllocator") Allocator memory) {
			return memory.toString();
		}

		@Override
		public String byInterface(ManagedAllocator imageCacheAllocator) {
			return imageCacheAllocator.name();
		}

		@GetMapping("/nobody")
		String nobody(@NamedAllocator("nobody") @Nullable Allocator memory) {
			return String.valueOf(memory);
		}

		@ModelAttribute("cache")
		String cache(@NamedAllocator("image-cache") ManagedAllocator cache) {
			return cache.name();
		}

		@GetMapping("/model")
		String model(@ModelAttribute("cache") String cache) {
			return cache;
		}

		@GetMapping("/fails")
		String fails() {
			throw new UnsupportedOperationException("on purpose");
		}

		@ExceptionHandler
		String handle(UnsupportedOperationException ex, @RequestAllocator Allocator memory) {
			return "handled " + memory.allocate(Layout.ofBytes(64)).byteSize();
		}

	}

}
