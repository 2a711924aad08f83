package io.freehold.spring.autoconfigure.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the actuator answers over HTTP, on the port of the application and on one of its
 * own.
 */
class AllocatorsEndpointServerTests {

	private static final String JETTY = "org.springframework.boot.jetty.";

	private static final String IMAGES = "root/image-cache";

	private static final Duration DEADLINE = Duration.ofSeconds(30);

	@ParameterizedTest
	@ValueSource(strings = { "local.server.port", "local.management.port" })
	void whenExposedShouldAnswer(String portProperty) throws Exception {
		boolean ownPort = portProperty.equals("local.management.port");
		try (ConfigurableApplicationContext context = run("management.endpoints.web.exposure.include=*",
				"management.endpoint.health.show-components=always", "management.endpoint.health.show-details=always",
				"freehold.global.limit=1000000", "freehold.allocators.image-cache.limit=1000",
				"freehold.allocators.image-cache.soft-limit=900",
				ownPort ? "management.server.port=0" : "spring.main.banner-mode=off");
				HttpClient client = HttpClient.newHttpClient()) {
			String actuator = "http://localhost:" + context.getEnvironment().getProperty(portProperty) + "/actuator/";
			ManagedAllocator images = context.getBean("imageCacheAllocator", ManagedAllocator.class);
			images.child("thumbs", (spec) -> spec.scope("job")).allocate(Layout.ofBytes(300));
			context.getBean(AllocatorTree.class).get("application").child("thumbs", (spec) -> {
			});
			images.deallocate(images.allocate(Layout.ofBytes(400)), Layout.ofBytes(400));
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> images.allocate(Layout.ofBytes(1_001)));

			assertThatTreeIsComplete(json(get(client, actuator + "allocators")));
			JsonNode one = json(get(client, actuator + "allocators/image-cache"));
			assertThatImageCacheIsRight(one);
			assertThat(json(get(client, actuator + "allocators/" + IMAGES))).isEqualTo(one);
			assertThat(json(get(client, actuator + "allocators/" + IMAGES + "/thumbs")).path("used").asLong(-1))
				.isEqualTo(300);
			assertThat(json(get(client, actuator + "allocators/image-cache/thumbs")).path("name").asString(""))
				.isEqualTo("root/image-cache/thumbs");
			assertThat(json(get(client, actuator + "allocators/root")).path("children").isEmpty()).isFalse();

			HttpResponse<String> ambiguous = get(client, actuator + "allocators/thumbs");
			assertThat(ambiguous.statusCode()).isEqualTo(400);
			assertThat(get(client, actuator + "allocators/nobody").statusCode()).isEqualTo(404);
			assertThat(get(client, actuator + "allocators/root" + "/nobody").statusCode()).isEqualTo(404);

			JsonNode health = json(get(client, actuator + "health")).path("components").path("freehold");
			assertThat(health.path("status").asString("")).isEqualTo("UP");
			assertThat(health.path("details").path("root").path("limit").asLong(-1)).isEqualTo(1_000_000);
			assertThat(get(client, actuator + "prometheus").body())
				.contains("freehold_memory_max_bytes{allocator=\"root/image-cache\",backend=\"pooled\","
						+ "scope=\"named\"} 1000.0");
			for (String figure : new String[] { "committed", "reserved", "cached" }) {
				assertThat(json(get(client, actuator + "metrics/freehold.memory." + figure + "?tag=backend:pooled"))
					.path("baseUnit")
					.asString("")).isEqualTo("bytes");
			}
			assertThat(json(get(client, actuator + "metrics/freehold.memory.used")).path("baseUnit").asString(""))
				.isEqualTo("bytes");
			if (ownPort) {
				assertThat(get(client, "http://localhost:" + context.getEnvironment().getProperty("local.server.port")
						+ "/actuator/allocators")
					.statusCode()).isEqualTo(404);
			}
		}
	}

	private static void assertThatTreeIsComplete(JsonNode tree) {
		JsonNode backend = tree.path("backend");
		assertThat(backend.path("name").asString("")).isEqualTo("pooled");
		long committed = backend.path("committed").asLong(-1);
		assertThat(backend.path("reserved").asLong(-1)).isGreaterThanOrEqualTo(committed);
		assertThat(backend.path("live").asLong(-1)).isBetween(300L, committed);
		assertThat(backend.path("cached").asLong(-1)).isBetween(0L, committed);
		JsonNode root = tree.path("root");
		assertThat(root.path("name").asString("")).isEqualTo("root");
		assertThat(root.path("limit").asLong(-1)).isEqualTo(1_000_000);
		assertThat(root.path("used").asLong(-1)).isGreaterThanOrEqualTo(300);
		assertThat(root.path("usedAlone").asLong(-1)).isZero();
		assertThat(root.path("children").values()).extracting((child) -> child.path("name").asString(""))
			.contains("root/application", "root/image-cache", "root/request");
	}

	private static void assertThatImageCacheIsRight(JsonNode images) {
		assertThat(images.path("name").asString("")).isEqualTo("root/image-cache");
		assertThat(images.path("scope").asString("")).isEqualTo("named");
		assertThat(images.path("limit").asLong(-1)).isEqualTo(1_000);
		assertThat(images.path("softLimit").asLong(-1)).isEqualTo(900);
		assertThat(images.path("used").asLong(-1)).isEqualTo(300);
		assertThat(images.path("usedAlone").asLong(-1)).isZero();
		assertThat(images.path("peak").asLong(-1)).isEqualTo(700);
		assertThat(images.path("liveBlocks").asLong(-1)).isZero();
		assertThat(images.path("allocations").asLong(-1)).isOne();
		assertThat(images.path("deallocations").asLong(-1)).isOne();
		assertThat(images.path("openRegions").asLong(-1)).isZero();
		assertThat(images.path("leakedBlocks").asLong(-1)).isZero();
		assertThat(images.path("failures").path("limit-exceeded").asLong(-1)).isOne();
		JsonNode thumbs = images.path("children").path(0);
		assertThat(thumbs.path("name").asString("")).isEqualTo("root/image-cache/thumbs");
		assertThat(thumbs.path("scope").asString("")).isEqualTo("job");
		assertThat(thumbs.path("usedAlone").asLong(-1)).isEqualTo(300);
		// no limit, no figure
		assertThat(thumbs.has("limit")).isFalse();
		assertThat(thumbs.has("softLimit")).isFalse();
	}

	@Test
	void whenNotExposedShouldNotBeThere() throws Exception {
		try (ConfigurableApplicationContext context = run("freehold.global.limit=1000",
				"freehold.health.threshold=0.5"); HttpClient client = HttpClient.newHttpClient()) {
			String actuator = "http://localhost:" + context.getEnvironment().getProperty("local.server.port")
					+ "/actuator/";
			assertThat(get(client, actuator + "allocators").statusCode()).isEqualTo(404);
			assertThat(get(client, actuator + "health").statusCode()).isEqualTo(200);
			context.getBean(AllocatorTree.class).get("application").allocate(Layout.ofBytes(500));
			assertThat(get(client, actuator + "health").statusCode()).isEqualTo(503);
		}
	}

	private static ConfigurableApplicationContext run(String... properties) {
		String[] arguments = new String[properties.length + 2];
		arguments[0] = "--server.port=0";
		// which is on the class path too
		arguments[1] = "--spring.autoconfigure.exclude=" + JETTY
				+ "autoconfigure.servlet.JettyServletWebServerAutoConfiguration," + JETTY
				+ "autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration";
		for (int i = 0; i < properties.length; i++) {
			arguments[i + 2] = "--" + properties[i];
		}
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET).run(arguments);
	}

	private static HttpResponse<String> get(HttpClient client, String address)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(DEADLINE).build();
		return client.send(request, BodyHandlers.ofString());
	}

	private static JsonNode json(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
