package io.freehold.sample;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts the application where native access is denied: from a class path, because the
 * manifest of the executable jar would grant it.
 */
class DeniedNativeAccessTests {

	private static final String DENIED = "--illegal-native-access=deny";

	@Test
	void whenBackendIsPooledShouldServeAndWarnOnce() throws Exception {
		List<String> output;
		try (SampleProcess sample = SampleProcess.ofClasses(DENIED)) {
			try (CacheClient client = new CacheClient(sample.port())) {
				byte[] text = "Freehold ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
				byte[] large = Bodies.random(16 << 20);
				assertThat(client.put("text", text).statusCode()).isEqualTo(201);
				assertThat(client.put("large", large).statusCode()).isEqualTo(201);
				assertThat(client.get("text").body()).isEqualTo(text);
				assertThat(client.get("large").body()).isEqualTo(large);
				assertThatFiguresAreRight(client);
				assertThat(client.delete("text").statusCode()).isEqualTo(204);
				assertThat(client.get("text").statusCode()).isEqualTo(404);
				client.expectNothingLeft();
				// what is left is the store's to free, at shutdown
				client.put("b", text);
			}
			output = sample.stop();
		}
		assertThat(output).noneMatch((line) -> line.contains(" ERROR ") || line.contains("restricted method"));
		List<String> warnings = output.stream()
			.filter((line) -> line.contains("WARNING") || line.contains(" WARN "))
			.toList();
		assertThat(warnings).hasSize(1);
		assertThat(warnings.getFirst()).contains("native access is denied to Freehold: ")
			.contains("start java with --enable-native-access=ALL-UNNAMED");
	}

	private static void assertThatFiguresAreRight(CacheClient client) {
		// a request may end a moment after its answer has arrived
		client.awaitIdle("root/request");
		JsonNode tree = client.json("/actuator/allocators");
		JsonNode backend = tree.get("backend");
		assertThat(backend.get("name").asString()).isEqualTo("pooled");
		long used = tree.get("root").get("used").asLong();
		assertThat(used).isGreaterThan(16 << 20);
		assertThat(client.allocator("root/objects").get("used").asLong()).isEqualTo(used);
		assertThat(client.allocator("root/objects").get("liveBlocks").asLong()).isEqualTo(2);
		long committed = backend.get("committed").asLong();
		assertThat(backend.get("live").asLong()).isBetween(used, committed);
		assertThat(backend.get("cached").asLong()).isBetween(0L, committed - used);
		assertThat(backend.get("reserved").asLong()).isGreaterThanOrEqualTo(committed);
	}

	@Test
	void whenBackendIsSystemShouldNotStartButNameTheOption() throws Exception {
		try (SampleProcess sample = SampleProcess.ofClasses(DENIED, "--freehold.global.backend=system")) {
			String output = String.join("\n", sample.awaitEnd());
			assertThat(sample.exitValue()).isNotZero();
			assertThat(output).contains(
					"The backend 'system' set by property 'freehold.global.backend' cannot be used: "
							+ "native access is denied to Freehold.",
					"To use it, start java with --enable-native-access=ALL-UNNAMED.", "    - pooled: available");
		}
	}

}
