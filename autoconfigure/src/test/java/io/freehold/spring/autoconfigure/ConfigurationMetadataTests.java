package io.freehold.spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.freehold.pool.PooledAlloc;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What editors show of the configuration properties.
 */
class ConfigurationMetadataTests {

	private static final List<String> SCOPES = List.of("request", "session", "thread", "transaction", "method");

	private static final Map<String, Object> DEFAULTS = defaults();

	private static Map<String, Object> defaults() {
		Map<String, Object> defaults = new HashMap<>(Map.of("freehold.enabled", true, "freehold.ignore-unknown", false,
				"freehold.global.backend", "pooled", "freehold.global.limit", "unlimited",
				"freehold.pooled.purge-delay", "10s", "freehold.pooled.max-cached", "128MB", "freehold.metrics.enabled",
				true, "freehold.metrics.max-allocators", 100, "freehold.health.threshold", 0.9,
				"management.health.freehold.enabled", true));
		for (String scope : SCOPES) {
			defaults.put("freehold.scopes." + scope + ".enabled", true);
			defaults.put("freehold.scopes." + scope + ".limit", "unlimited");
			defaults.put("freehold.scopes." + scope + ".limit-per-instance", "unlimited");
		}
		defaults.put("freehold.web.refusals.enabled", true);
		defaults.put("freehold.web.refusals.retry-after", "1s");
		return defaults;
	}

	private final JsonNode metadata = read();

	@Test
	void whenPropertyIsOursShouldBeDescribed() {
		Map<String, JsonNode> properties = properties();
		assertThat(properties).containsKeys("freehold.allocators", "freehold.health.allocators");
		properties.forEach((name, property) -> {
			assertThat(property.path("description").asString("")).as(name).isNotBlank().doesNotContain("{@", "<");
			assertThat(property.path("type").asString("")).as(name).isNotBlank();
		});
	}

	@Test
	void whenPropertyHasDefaultShouldShowIt() {
		Map<String, JsonNode> properties = properties();
		assertThat(properties).containsKeys(DEFAULTS.keySet().toArray(String[]::new));
		properties.forEach((name, property) -> {
			if (DEFAULTS.containsKey(name)) {
				assertThat(property.path("defaultValue").asString("")).as(name)
					.isEqualTo(String.valueOf(DEFAULTS.get(name)));
			}
		});
	}

	@Test
	void whenPropertyIsNotInListOfDefaultsShouldBeOneWithout() {
		assertThat(properties().keySet()).filteredOn((name) -> !DEFAULTS.containsKey(name))
			.containsExactlyInAnyOrder("freehold.allocators", "freehold.health.allocators",
					"freehold.scopes.session.idle-timeout", "freehold.scopes.session.max-instances",
					"management.endpoint.allocators.access", "management.endpoint.allocators.cache.time-to-live");
	}

	@Test
	void whenBackendIsEditedShouldSuggestBackendsAndAllowOthers() {
		JsonNode backend = hint("freehold.global.backend");
		assertThat(backend.path("values").values()).extracting((value) -> value.path("value").asString(""))
			.containsExactly("pooled", "system");
		assertThat(backend.path("values").values()).extracting((value) -> value.path("description").asString(""))
			.doesNotContain("");
		assertThat(backend.path("providers").path(0).path("name").asString("")).isEqualTo("any");
	}

	@Test
	void whenDefaultIsThatOfBackendShouldAgreeWithIt() {
		assertThat(DurationStyle.detectAndParse(String.valueOf(DEFAULTS.get("freehold.pooled.purge-delay"))))
			.isEqualTo(PooledAlloc.DEFAULT_PURGE_DELAY);
		assertThat(DataSize.parse(String.valueOf(DEFAULTS.get("freehold.pooled.max-cached"))).toBytes())
			.isEqualTo(PooledAlloc.DEFAULT_MAX_CACHED);
	}

	@Test
	void whenLimitIsEditedShouldShowItsGrammar() {
		List<String> limits = DEFAULTS.keySet().stream().filter((name) -> name.contains("limit")).toList();
		assertThat(limits).hasSize(1 + 2 * SCOPES.size());
		for (String name : limits) {
			assertThat(hint(name).path("values").values()).as(name)
				.extracting((value) -> value.path("value").asString(""))
				.contains("unlimited", String.valueOf(DEFAULTS.get(name)));
		}
	}

	private JsonNode hint(String name) {
		for (JsonNode hint : this.metadata.path("hints").values()) {
			if (hint.path("name").asString("").equals(name)) {
				return hint;
			}
		}
		throw new AssertionError("there is no hint for " + name);
	}

	private Map<String, JsonNode> properties() {
		Map<String, JsonNode> properties = new TreeMap<>();
		this.metadata.path("properties")
			.values()
			.forEach((property) -> properties.put(property.path("name").asString(""), property));
		return properties;
	}

	/** Reads the file that belongs to these classes, not one of the other jars'. */
	private static JsonNode read() {
		try {
			ClassLoader loader = ConfigurationMetadataTests.class.getClassLoader();
			for (URL url : Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream stream = url.openStream()) {
					JsonNode metadata = JsonMapper.shared().readTree(stream);
					if (metadata.path("groups").path(0).path("name").asString("").startsWith("freehold")) {
						return metadata;
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		throw new AssertionError("there is no metadata of Freehold");
	}

}
