package io.freehold.spring.autoconfigure;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MemoryLimit;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.autoconfigure.health.AllocatorHealthContributorAutoConfiguration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a user reads when an application with Freehold does not start, through the whole
 * chain of Boot's analyzers.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureReportTests {

	@Test
	void whenConstructorDropsQualifierOfFieldShouldSayHowToCopyIt(CapturedOutput output) {
		assertThat(report(output, DroppedQualifier.class)).isEqualTo("""
				Description:

				Parameter 0 of constructor in %s has no qualifier, but the field 'memory' has @RequestAllocator. \
				The constructor would get the application's allocator, whose memory has another lifetime.

				Action:

				If Lombok generates the constructor, let it copy the qualifier. Add this line to lombok.config:

				    lombok.copyableAnnotations += io.freehold.spring.RequestAllocator

				Otherwise add @RequestAllocator to the parameter.""".formatted(DroppedQualifier.class.getName()));
	}

	@Test
	void whenConstructorDropsNameOfFieldShouldSayHowToCopyIt(CapturedOutput output) {
		assertThat(report(output, DroppedName.class, "freehold.allocators.image-cache.limit=1KB"))
			.contains("the field 'cache' has @NamedAllocator.")
			.contains("lombok.copyableAnnotations += io.freehold.spring.NamedAllocator");
	}

	@Test
	void whenBackendIsUnknownShouldListBackends(CapturedOutput output) {
		String report = report(output, Application.class, "freehold.global.backend=jemaloc");
		assertThat(report).startsWith("""
				Description:

				The backend 'jemaloc' set by property 'freehold.global.backend' cannot be used: \
				there is no backend of that name.

				The backends are:

				    -\s""").endsWith("""

				Action:

				Set the property 'freehold.global.backend' to one of the available backends, or define a \
				GlobalAlloc bean.""");
		assertThat(report.lines()).contains("    - pooled: available", "    - system: available",
				"    - lent: available",
				"    - absent: not available: its library is not installed; install libabsent 2 or later");
	}

	@Test
	void whenBackendIsNotAvailableShouldSayWhyAndWhatFixesIt(CapturedOutput output) {
		String report = report(output, Application.class, "freehold.global.backend=absent");
		assertThat(report).startsWith("""
				Description:

				The backend 'absent' set by property 'freehold.global.backend' cannot be used: \
				its library is not installed.

				The backends are:

				    -\s""").endsWith("""

				Action:

				To use it, install libabsent 2 or later. Or set the property 'freehold.global.backend' to another \
				available backend, or define a GlobalAlloc bean.""");
		assertThat(report.lines()).contains("    - pooled: available", "    - system: available",
				"    - lent: available",
				"    - absent: not available: its library is not installed; install libabsent 2 or later");
	}

	@ParameterizedTest
	@CsvSource({ "freehold.global.limit, 0", "freehold.global.limit, -1", "freehold.global.limit, 12 parsecs",
			"freehold.global.limit, 50%", "freehold.global.limit, ''", "freehold.scopes.request.limit, 0",
			"freehold.scopes.request.limit, ''", "freehold.scopes.request.limit-per-instance, -1",
			"freehold.scopes.request.limit-per-instance, 50%", "freehold.allocators.image-cache.limit, 0",
			"freehold.allocators.image-cache.limit, 12 parsecs", "freehold.allocators.image-cache.limit, ''",
			"freehold.allocators.image-cache.soft-limit, -1", "freehold.allocators.image-cache.soft-limit, 50%" })
	void whenLimitBreaksGrammarShouldNamePropertyValueOriginAndGrammar(String property, String value,
			CapturedOutput output) {
		assertThat(report(output, Application.class, property + "=" + value)).isEqualTo(
				"""
						Description:

						The value '%s' of property '%s' (from "%s" from property source "commandLineArgs") is not a valid memory limit.

						Action:

						Set '%s' to %s."""
					.formatted(value, property, property, property, MemoryLimit.GRAMMAR));
	}

	static List<Object> valuesThatAreNoText() {
		// as YAML delivers them
		return List.of(1.5, true, new BigInteger("99999999999999999999"));
	}

	@ParameterizedTest
	@MethodSource("valuesThatAreNoText")
	void whenLimitIsNoTextShouldNamePropertyValueAndGrammar(Object value, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> builder(Application.class).properties(Map.of("freehold.global.limit", value)).run());
		assertThat(output).contains("The value '" + value + "' of property 'freehold.global.limit'")
			.contains("Set 'freehold.global.limit' to " + MemoryLimit.GRAMMAR);
	}

	@Test
	void whenLimitInFileBreaksGrammarShouldNameLine(CapturedOutput output) {
		assertThat(report(output, Application.class, "spring.config.location=classpath:/bad-limit.properties"))
			.contains("The value '1 gig' of property 'freehold.allocators.image-cache.limit'"
					+ " (from class path resource [bad-limit.properties] - 2:39) is not a valid memory limit.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "image-cache", "imageCache" })
	void whenSoftLimitIsAboveLimitShouldSayWhich(String name, CapturedOutput output) {
		assertThat(report(output, Application.class, "freehold.allocators." + name + ".limit=1KB",
				"freehold.allocators." + name + ".soft-limit=2KB"))
			.contains("freehold.allocators.image-cache.soft-limit")
			.contains("2048B")
			.contains("It must not be larger than the limit of 1024B.")
			.contains("Action:");
	}

	@Test
	void whenDefaultLocaleHasOtherDigitsShouldReportNumbersInAscii(CapturedOutput output) {
		Locale before = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
		try {
			assertThat("%d".formatted(2048)).isNotEqualTo("2048");
			assertThat(report(output, Application.class, "freehold.allocators.image-cache.limit=1KB",
					"freehold.allocators.image-cache.soft-limit=2KB"))
				.contains("2048B")
				.contains("It must not be larger than the limit of 1024B.")
				.matches("\\p{ASCII}*");
		}
		finally {
			Locale.setDefault(before);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-0.5", "1.01", "90", "NaN" })
	void whenThresholdIsNoShareShouldSayWhatItMustBe(String threshold, CapturedOutput output) {
		assertThat(report(output, Application.class, "freehold.health.threshold=" + threshold))
			.contains("freehold.health.threshold")
			.contains("It must be a share between 0 and 1, such as 0.9.")
			.contains("Change the value of 'freehold.health.threshold'.")
			.doesNotContain("Exception");
	}

	@ParameterizedTest
	@CsvSource({ "purge-delay, -10s, PT-10S, 0s gives freed memory back as soon as possible.",
			"purge-delay, -1, PT-1S, 0s gives freed memory back as soon as possible.",
			"max-cached, -1MB, -1048576B, 0B keeps nothing." })
	void whenKnobOfPooledIsNegativeShouldNamePropertyValueAndFix(String knob, String value, String shown, String fix,
			CapturedOutput output) {
		assertThat(report(output, Application.class, "freehold.pooled." + knob + "=" + value)).isEqualTo("""
				Description:

				The value '%s' of property 'freehold.pooled.%s' is not valid: It must not be negative; %s

				Action:

				Change the value of 'freehold.pooled.%s'.""".formatted(shown, knob, fix, knob));
	}

	@ParameterizedTest
	@CsvSource({ "purge-delay, soon, duration, 's, m, h (such as 10s; without a unit it is seconds)'",
			"purge-delay, 1.5s, duration, 's, m, h (such as 10s; without a unit it is seconds)'",
			"max-cached, unlimited, number of bytes, 'GB, TB (such as 128MB; without a unit it is bytes)'",
			"max-cached, 9999999999TB, number of bytes, 'GB, TB (such as 128MB; without a unit it is bytes)'" })
	void whenKnobOfPooledIsUnreadableShouldNamePropertyValueOriginAndGrammar(String knob, String value, String kind,
			String grammar, CapturedOutput output) {
		String property = "freehold.pooled." + knob;
		assertThat(report(output, Application.class, property + "=" + value))
			.contains("The value '" + value + "' of property '" + property + "' (from \"" + property
					+ "\" from property source \"commandLineArgs\") is not a valid " + kind + ".")
			.contains("Action:")
			.contains("Set '" + property + "' to a whole number with one of the units ")
			.endsWith(grammar + ".");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1" })
	void whenNumberOfAllocatorsWithMetersIsNotPositiveShouldSaySo(String number, CapturedOutput output) {
		assertThat(report(output, Application.class, "freehold.metrics.max-allocators=" + number))
			.contains("freehold.metrics.max-allocators")
			.contains("It must be at least 1.")
			.contains("Action:");
	}

	@ParameterizedTest
	@CsvSource({ "[image/cache], image/cache", "[image.cache], image.cache", "image.cache, image.cache" })
	void whenNameIsInvalidShouldSayWhatNamesMustBe(String key, String name, CapturedOutput output) {
		String property = key.startsWith("[") ? "freehold.allocators" + key : "freehold.allocators." + key;
		assertThat(report(output, Application.class, property + ".limit=1KB")).isEqualTo("""
				Description:

				The property 'freehold.allocators.%s' does not name an allocator: it must consist of words of letters \
				and digits joined by dashes, such as image-cache, and start with a letter; dots and slashes separate \
				other things.

				Action:

				Rename the key '%s' under 'freehold.allocators'.""".formatted(name, name));
	}

	@Test
	void whenNameIsReservedShouldSaySo(CapturedOutput output) {
		assertThat(report(output, Application.class, "freehold.allocators.request.limit=1KB")).isEqualTo("""
				Description:

				The property 'freehold.allocators.request' does not name an allocator: it is reserved for an allocator \
				that Freehold sets up itself.

				Action:

				Rename the key 'request' under 'freehold.allocators'.""");
	}

	@Test
	void whenNameIsThereTwiceShouldNameBoth(CapturedOutput output) {
		assertThat(report(output, Application.class, "freehold.allocators.image-cache.limit=1KB",
				"freehold.allocators.imageCache.limit=2KB"))
			.contains("'freehold.allocators.")
			.contains("which is configured too: both mean image-cache.");
	}

	@Test
	void whenPropertyOfNamedAllocatorIsUnknownShouldNameIt(CapturedOutput output) {
		assertThat(report(output, Application.class, "freehold.allocators.image-cache.limt=1KB"))
			.contains("'freehold.allocators.image-cache.limt' (from \"freehold.allocators.image-cache.limt\" from"
					+ " property source \"commandLineArgs\"): a named allocator has the properties 'limit' and"
					+ " 'soft-limit'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "freehold.health.allocators=nobody", "freehold.health.allocators[0]=nobody" })
	void whenHealthNamesUnknownAllocatorShouldSayWhich(String property, CapturedOutput output) {
		assertThat(report(output, HealthApplication.class, property)).contains("freehold.health.allocators")
			.contains("nobody")
			.contains("It must be a list of names configured under 'freehold.allocators'.")
			.contains("Action:");
	}

	@Test
	void whenMethodParameterIsNamedLikeNamedAllocatorShouldBeRefused(CapturedOutput output) {
		assertThat(report(output, MisnamedBeanMethod.class, "freehold.allocators.image-cache.limit=1KB")).isEqualTo("""
				Description:

				Parameter 1 of method consumer in %s is named like the allocator bean 'imageCacheAllocator' \
				but has no qualifier, so that it would get the application's allocator, whose memory has another \
				lifetime.

				Action:

				Add @NamedAllocator("image-cache") to ask for 'imageCacheAllocator', or rename the injection point if \
				the application's allocator is what you want.""".formatted(MisnamedBeanMethod.class.getName()));
	}

	@Test
	void whenConstructorParameterIsNamedLikeNamedAllocatorShouldBeRefused(CapturedOutput output) {
		assertThat(report(output, MisnamedConstructor.class, "freehold.allocators.image-cache.limit=1KB"))
			.contains("Parameter 0 of constructor in " + ByConstructor.class.getName()
					+ " is named like the allocator bean 'imageCacheAllocator'");
	}

	@Test
	void whenFieldIsNamedLikeNamedAllocatorShouldBeRefused(CapturedOutput output) {
		assertThat(report(output, MisnamedField.class, "freehold.allocators.image-cache.limit=1KB"))
			.contains("Field imageCacheAllocator in " + ByField.class.getName()
					+ " is named like the allocator bean 'imageCacheAllocator'");
	}

	@Test
	void whenSetterParameterIsNamedLikeNamedAllocatorShouldBeRefused(CapturedOutput output) {
		assertThat(report(output, MisnamedSetter.class, "freehold.allocators.image-cache.limit=1KB"))
			.contains("Parameter 0 of method setAllocator in " + BySetter.class.getName()
					+ " is named like the allocator bean 'imageCacheAllocator'");
	}

	@Test
	void whenNamesAreHarmlessShouldStart() {
		try (var context = builder(Harmless.class).run("--freehold.allocators.image-cache.limit=1KB")) {
			assertThat(context.getBean("well-qualified", ManagedAllocator.class).name()).isEqualTo("root/image-cache");
			assertThat(context.getBean("by-default", ManagedAllocator.class).name()).isEqualTo("root/application");
		}
	}

	private static String report(CapturedOutput output, Class<?> application, String... properties) {
		return FailureReport.of(output, builder(application), properties);
	}

	private static SpringApplicationBuilder builder(Class<?> application) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FreeholdAutoConfiguration.class, AllocatorHealthContributorAutoConfiguration.class })
	static class HealthApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class MisnamedBeanMethod {

		@Bean
		String consumer(AllocatorTree tree, Allocator imageCacheAllocator) {
			return tree.root().name() + imageCacheAllocator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FreeholdAutoConfiguration.class, ByConstructor.class })
	static class MisnamedConstructor {

	}

	static class ByConstructor {

		final Allocator allocator;

		ByConstructor(Allocator imageCacheAllocator) {
			this.allocator = imageCacheAllocator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FreeholdAutoConfiguration.class, ByField.class })
	static class MisnamedField {

	}

	static class ByField {

		@Autowired
		@Nullable ManagedAllocator imageCacheAllocator;

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FreeholdAutoConfiguration.class, BySetter.class })
	static class MisnamedSetter {

	}

	static class BySetter {

		@Nullable Allocator allocator;

		@Autowired
		void setAllocator(Allocator imageCacheAllocator) {
			this.allocator = imageCacheAllocator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Harmless {

		@Bean(name = "well-qualified", defaultCandidate = false)
		Allocator wellQualified(@NamedAllocator("image-cache") Allocator imageCacheAllocator) {
			return imageCacheAllocator;
		}

		@Bean(name = "by-default", defaultCandidate = false)
		Allocator byDefault(Allocator applicationAllocator) {
			return applicationAllocator;
		}

		@Bean
		String notAnAllocator(AllocatorTree imageCacheAllocator) {
			return imageCacheAllocator.root().name();
		}

	}

	/** As Lombok makes them. */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class DroppedQualifier {

		@RequestAllocator
		private final Allocator memory;

		DroppedQualifier(Allocator memory) {
			this.memory = memory;
		}

		Allocator memory() {
			return this.memory;
		}

	}

	/** As Lombok makes them. */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class DroppedName {

		@NamedAllocator("image-cache")
		private final Allocator cache;

		DroppedName(Allocator cache) {
			this.cache = cache;
		}

		Allocator cache() {
			return this.cache;
		}

	}

}
