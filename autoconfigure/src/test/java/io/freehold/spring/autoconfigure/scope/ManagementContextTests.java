package io.freehold.spring.autoconfigure.scope;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.scope.reactive.ReactiveRequestAllocator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Endpoints that use the memory of requests, on the port of the application and on one of
 * their own.
 */
class ManagementContextTests {

	private static final String OTHERS = "spring.autoconfigure.exclude=";

	@ParameterizedTest
	@CsvSource({ "tomcat, false, local.management.port", "tomcat, true, local.management.port",
			"tomcat, false, local.server.port", "jetty, false, local.management.port",
			"jetty, true, local.management.port", "jetty, false, local.server.port" })
	void whenEndpointUsesRequestMemoryShouldWork(String server, boolean virtual, String port) throws Exception {
		String other = server.equals("jetty") ? "org.springframework.boot.tomcat.autoconfigure.%sTomcat"
				: "org.springframework.boot.jetty.autoconfigure.%sJetty";
		verify(WebApplicationType.SERVLET, OfServlet.class, port,
				OTHERS + other.formatted("servlet.") + "ServletWebServerAutoConfiguration,"
						+ other.formatted("actuate.web.server.") + "ServletManagementContextAutoConfiguration",
				"spring.threads.virtual.enabled=" + virtual);
	}

	@ParameterizedTest
	@ValueSource(strings = { "local.management.port", "local.server.port" })
	void whenReactiveEndpointUsesRequestMemoryShouldWork(String port) throws Exception {
		verify(WebApplicationType.REACTIVE, OfReactive.class, port,
				OTHERS + "org.springframework.boot.jetty.autoconfigure.actuate.web.server."
						+ "JettyReactiveManagementContextAutoConfiguration,"
						+ "org.springframework.boot.tomcat.autoconfigure.actuate.web.server."
						+ "TomcatReactiveManagementContextAutoConfiguration");
	}

	private static void verify(WebApplicationType type, Class<?> configuration, String port, String... properties)
			throws Exception {
		SpringApplicationBuilder application = new SpringApplicationBuilder(configuration).web(type)
			.properties("server.port=0", "management.endpoints.web.exposure.include=memory",
					"spring.main.banner-mode=off")
			.properties(properties);
		if (port.equals("local.management.port")) {
			application.properties("management.server.port=0");
		}
		try (ConfigurableApplicationContext context = application.run();
				HttpClient client = HttpClient.newHttpClient()) {
			ManagedAllocator node = context.getBean(AllocatorTree.class).get("request");
			HttpRequest request = HttpRequest
				.newBuilder(URI
					.create("http://localhost:" + context.getEnvironment().getProperty(port) + "/actuator/memory"))
				.timeout(Await.DEADLINE)
				.build();
			HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).contains("\"bytes\":64");
			Await.until(() -> node.stats().openRegions() == 0);
			assertThat(node.stats().regionsOpened()).isOne();
			assertThat(node.budget().used()).isZero();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(MemoryEndpoint.class)
	static class OfServlet {

	}

	@Endpoint(id = "memory")
	static class MemoryEndpoint {

		private final Allocator memory;

		MemoryEndpoint(@RequestAllocator Allocator memory) {
			this.memory = memory;
		}

		@ReadOperation
		Map<String, Long> bytes() {
			return Map.of("bytes", this.memory.allocate(Layout.ofBytes(64)).byteSize());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ReactiveMemoryEndpoint.class)
	static class OfReactive {

	}

	@Endpoint(id = "memory")
	static class ReactiveMemoryEndpoint {

		@ReadOperation
		Mono<Map<String, Long>> bytes() {
			return ReactiveRequestAllocator.get()
				.map((memory) -> Map.of("bytes", memory.allocate(Layout.ofBytes(64)).byteSize()));
		}

	}

}
