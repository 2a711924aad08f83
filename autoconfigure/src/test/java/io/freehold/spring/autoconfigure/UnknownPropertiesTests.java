package io.freehold.spring.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesTests {

	private static final String WARNING = "Configuration properties that Freehold does not know";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "freehold.global.limt, freehold.global.limit",
			"freehold.scopes.requests.limit, freehold.scopes.request.limit",
			"freehold.health.treshold, freehold.health.threshold", "freehold.enable, freehold.enabled" })
	void whenMisspeltShouldBeRefusedWithWhatWasMeant(String property, String meant, CapturedOutput output) {
		assertThat(report(output, property + "=1GB")).isEqualTo("""
				Description:

				There are configuration properties that Freehold does not know:

				    - '%s' (from "%s" from property source "commandLineArgs"): did you mean '%s'?

				Action:

				Correct or remove them. To start all the same, set 'freehold.ignore-unknown' to true: then they are \
				logged, as is right for a configuration that another version shares.""".formatted(property, property,
				meant));
	}

	@Test
	void whenInFileShouldNameLine(CapturedOutput output) {
		assertThat(report(output, "spring.config.location=classpath:/unknown-properties.properties"))
			.contains("'freehold.global.limt' (from class path resource [unknown-properties.properties] - 2:22):"
					+ " did you mean 'freehold.global.limit'?")
			.contains("'freehold.colour' (from class path resource [unknown-properties.properties] - 3:17)")
			.doesNotContain("'freehold.global.backend'");
	}

	private static String report(CapturedOutput output, String property) {
		return FailureReport.of(output, new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE),
				property);
	}

	@Test
	void whenUnknownAreIgnoredShouldBeLogged(CapturedOutput output) {
		this.contextRunner.withPropertyValues("freehold.global.limt=1GB", "freehold.ignore-unknown=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING).contains("did you mean 'freehold.global.limit'?");
	}

	@Test
	void whenFromEnvironmentOrSystemPropertiesShouldBeLoggedOnce(CapturedOutput output) {
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
						Map.of("FREEHOLD_GLOBAL_LIMT", "1GB", "FREEHOLD_SERVICE_PORT", "80"))))
			.withSystemProperties("freehold.global.bakend=pooled")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING)
			.contains("'freehold.global.limt'")
			.contains("'freehold.service.port'")
			.contains("'freehold.global.bakend'");
	}

	@ParameterizedTest
	@CsvSource({ "FREEHOLD_SCOPES_SESSION_IDLETIMEOUT, 1m", "FREEHOLD_SCOPES_SESSION_IDLE_TIMEOUT, 1m",
			"FREEHOLD_HEALTH_ALLOCATORS_0_, index", "FREEHOLD_ALLOCATORS_INDEX_SOFTLIMIT, 1KB",
			"FREEHOLD_POOLED_MAX_CACHED, 1MB" })
	void whenEnvironmentSpellsKnownNameShouldBeSilent(String variable, String value, CapturedOutput output) {
		PropertySource<?> source = new SystemEnvironmentPropertySource(
				StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(variable, value));
		this.contextRunner.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(source))
			.withPropertyValues("freehold.allocators.index.limit=1MB")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "freehold.global.limit=1GB", "freehold.health.allocators[0]=index",
			"freehold.health.allocators=index", "freehold.allocators[Image_Cache].softLimit=unlimited",
			"freehold.scopes.request.limitPerInstance=1MB", "freeholder.limit=1",
			"management.health.freehold.enabled=false" })
	void whenKnownOrNotOursShouldBeSilent(String property, CapturedOutput output) {
		this.contextRunner.withPropertyValues("freehold.allocators.index.limit=1MB", property)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void whenDisabledShouldNotLook() {
		this.contextRunner.withPropertyValues("freehold.enabled=false", "freehold.global.limt=1GB")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenAnotherJarHasMetadataShouldKnowItsNames(@TempDir Path jar) throws IOException {
		Files.createDirectory(jar.resolve("META-INF"));
		Files.writeString(jar.resolve("META-INF/spring-configuration-metadata.json"), """
				{ "properties": [ { "name": "freehold.module.size", "type": "java.lang.Integer" } ] }""");
		try (URLClassLoader classLoader = new URLClassLoader(new URL[] { jar.toUri().toURL() }, null)) {
			PropertyNames names = new PropertyNames(classLoader);
			assertThat(names.include("freehold.module.size")).isTrue();
			assertThat(names.include("freehold.module.colour")).isFalse();
			assertThat(names.similarTo("freehold.module.siez")).isEqualTo("freehold.module.size");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Application {

	}

}
