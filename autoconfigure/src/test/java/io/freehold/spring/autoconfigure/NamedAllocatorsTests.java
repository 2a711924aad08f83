package io.freehold.spring.autoconfigure;

import java.util.Map;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.budget.Budget;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.InvalidAllocatorNameException;
import io.freehold.spring.NamedAllocator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

class NamedAllocatorsTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class));

	@Test
	void whenConfiguredShouldBeBeansWithTheirLimits() {
		this.contextRunner
			.withPropertyValues("freehold.allocators.image-cache.limit=64KB",
					"freehold.allocators.image-cache.soft-limit=32KB", "freehold.allocators.index.limit=unlimited")
			.run((context) -> {
				ManagedAllocator images = context.getBean("imageCacheAllocator", ManagedAllocator.class);
				assertThat(images.name()).isEqualTo("root/image-cache");
				assertThat(images.scope()).isEqualTo("named");
				assertThat(images.budget().limit()).isEqualTo(64 << 10);
				assertThat(images.budget().softLimit()).isEqualTo(32 << 10);
				assertThat(images.parent()).contains(context.getBean(AllocatorTree.class).root());
				assertThatExceptionOfType(AllocationException.class)
					.isThrownBy(() -> images.allocate(Layout.ofBytes((64 << 10) + 1)))
					.satisfies((ex) -> assertThat(ex.allocatorName()).isEqualTo("root/image-cache"));
				ManagedAllocator index = context.getBean("indexAllocator", ManagedAllocator.class);
				assertThat(index.budget().limit()).isEqualTo(Budget.UNLIMITED);
				assertThat(index.budget().softLimit()).isEqualTo(Budget.UNLIMITED);
			});
	}

	@Test
	void whenAskedForByQualifierShouldBeInjectedEverywhere() {
		this.contextRunner
			.withPropertyValues("freehold.allocators.image-cache.limit=64KB", "freehold.allocators.index.limit=1KB")
			.withUserConfiguration(Consumers.class)
			.run((context) -> {
				Object images = context.getBean("imageCacheAllocator");
				Object index = context.getBean("indexAllocator");
				assertThat(context.getBean(ConstructorConsumer.class).images()).isSameAs(images);
				assertThat(context.getBean(ConstructorConsumer.class).index()).isSameAs(index);
				assertThat(context.getBean(ConstructorConsumer.class).plain())
					.isSameAs(context.getBean("applicationAllocator"));
				assertThat(context.getBean(FieldConsumer.class).images).isSameAs(images);
				assertThat(context.getBean(MethodConsumer.class).images).isSameAs(images);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "image-cache", "imageCache", "image_cache", "Image_Cache", "[imageCache]", "[Image_Cache]",
			"[IMAGE_CACHE]" })
	void whenWrittenInAnotherWayShouldBeTheSameAllocator(String key) {
		String property = key.startsWith("[") ? "freehold.allocators" + key : "freehold.allocators." + key;
		this.contextRunner.withPropertyValues(property + ".limit=64KB").run((context) -> {
			assertThat(context.getBean("imageCacheAllocator", ManagedAllocator.class).budget().limit())
				.isEqualTo(64 << 10);
		});
	}

	@Test
	void whenTwoKeysAreTheSameNameShouldBeRefused() {
		this.contextRunner
			.withPropertyValues("freehold.allocators.image-cache.limit=1KB",
					"freehold.allocators[Image_Cache].limit=2KB")
			.run((context) -> assertThat(context).getFailure()
				.extracting(NestedExceptionUtils::getMostSpecificCause, as(THROWABLE))
				.isInstanceOf(InvalidAllocatorNameException.class)
				.hasMessageContaining("both mean image-cache"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[image.cache]", "[image/cache]", "[ ]", "request", "application", "root", "global",
			"other", "2nd" })
	void whenNameIsInvalidShouldBeRefused(String key) {
		String property = key.startsWith("[") ? "freehold.allocators" + key : "freehold.allocators." + key;
		this.contextRunner.withPropertyValues(property + ".limit=1KB")
			.run((context) -> assertThat(context).getFailure()
				.extracting(NestedExceptionUtils::getMostSpecificCause, as(THROWABLE))
				.isInstanceOf(InvalidAllocatorNameException.class)
				.hasMessageContaining("cannot be the name of an allocator"));
	}

	@Test
	void whenLimitComesFromEnvironmentVariableShouldOverrideThatOfTheSameAllocator() {
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("FREEHOLD_ALLOCATORS_IMAGECACHE_LIMIT", "2KB"))))
			.withPropertyValues("freehold.allocators.image-cache.limit=1KB")
			.run((context) -> {
				assertThat(context.getBean("imageCacheAllocator", ManagedAllocator.class).budget().limit())
					.isEqualTo(2048);
				assertThat(context).doesNotHaveBean("imagecacheAllocator");
			});
	}

	@Test
	void whenPropertyOfNamedAllocatorIsUnknownShouldBeRefused() {
		this.contextRunner.withPropertyValues("freehold.allocators.image-cache.limt=1KB")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnknownPropertiesException.class)
				.hasMessageContaining("'freehold.allocators.image-cache.limt'")
				.hasMessageContaining("has the properties 'limit' and 'soft-limit'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "64KB", "65536" })
	void whenOnlyValueIsGivenShouldBeLimit(String value) {
		this.contextRunner.withPropertyValues("freehold.allocators.image-cache=" + value)
			.run((context) -> assertThat(
					context.getBean("imageCacheAllocator", ManagedAllocator.class).budget().limit())
				.isEqualTo(64 << 10));
	}

	@Test
	void whenTwoSourcesWriteOneNameInTwoWaysShouldTakeTheLimitOfTheFirst() {
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("profile", Map.of("freehold.allocators.imageCache.limit", "2KB"))))
			.withPropertyValues("freehold.allocators.image-cache.limit=1KB")
			.run((context) -> assertThat(
					context.getBean("imageCacheAllocator", ManagedAllocator.class).budget().limit())
				.isEqualTo(2048));
	}

	@Test
	void whenNameHasDotShouldBeRefusedInsteadOfLosingItsLimit() {
		this.contextRunner.withPropertyValues("freehold.allocators.image.cache.limit=1KB")
			.run((context) -> assertThat(context).getFailure()
				.extracting(NestedExceptionUtils::getMostSpecificCause, as(THROWABLE))
				.isInstanceOf(InvalidAllocatorNameException.class)
				.hasMessageContaining("'image.cache' cannot be the name of an allocator"));
	}

	@Test
	void whenNamesDifferInDashesOnlyShouldBeRefused() {
		this.contextRunner
			.withPropertyValues("freehold.allocators.image-cache.limit=1KB",
					"freehold.allocators.im-age-cache.limit=1KB")
			.run((context) -> assertThat(context).getFailure()
				.extracting(NestedExceptionUtils::getMostSpecificCause, as(THROWABLE))
				.isInstanceOf(InvalidAllocatorNameException.class)
				.hasMessageContaining("which is configured too"));
	}

	@Test
	void whenThereIsOneNamedAllocatorShouldStillFindApplicationAllocatorByType() {
		this.contextRunner.withPropertyValues("freehold.allocators.index.limit=1KB").run((context) -> {
			Object application = context.getBean("applicationAllocator");
			assertThat(context.getBean(Allocator.class)).isSameAs(application);
			assertThat(context.getBeanProvider(Allocator.class).getObject()).isSameAs(application);
			assertThat(context.getBean(ManagedAllocator.class)).isSameAs(application);
		});
	}

	@Test
	void whenUserHasAllocatorBeanShouldFindItByTypeBesideNamedAllocators() {
		this.contextRunner
			.withPropertyValues("freehold.allocators.index.limit=1KB", "freehold.allocators.images.limit=1KB")
			.withBean("own", Allocator.class, () -> Global.over(Backends.get("system")))
			.run((context) -> assertThat(context.getBean(Allocator.class)).isSameAs(context.getBean("own")));
	}

	@Test
	void whenUserHasBeanOfThatNameShouldBackOff() {
		this.contextRunner.withPropertyValues("freehold.allocators.image-cache.limit=64KB")
			.withUserConfiguration(OwnImageCache.class)
			.run((context) -> assertThat(context.getBean("imageCacheAllocator"))
				.isEqualTo(Global.over(Backends.get("system"))));
	}

	@Test
	void whenNameIsNotConfiguredShouldFailToInject() {
		this.contextRunner.withPropertyValues("freehold.allocators.index.limit=1KB")
			.withUserConfiguration(MethodConsumer.class)
			.run((context) -> assertThat(context).getFailure()
				.extracting(NestedExceptionUtils::getMostSpecificCause, as(THROWABLE))
				.isInstanceOf(NoSuchBeanDefinitionException.class)
				.hasMessageContaining("image-cache"));
	}

	record ConstructorConsumer(Allocator images, Allocator index, Allocator plain) {

	}

	static class FieldConsumer {

		@Autowired
		@NamedAllocator("image-cache")
		@Nullable Allocator images;

	}

	static class MethodConsumer {

		@Nullable ManagedAllocator images;

		@Autowired
		void setUp(@NamedAllocator("image-cache") ManagedAllocator allocator) {
			this.images = allocator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Consumers {

		@Bean
		ConstructorConsumer constructorConsumer(@NamedAllocator("image-cache") Allocator images,
				@NamedAllocator("index") Allocator index, Allocator plain) {
			return new ConstructorConsumer(images, index, plain);
		}

		@Bean
		FieldConsumer fieldConsumer() {
			return new FieldConsumer();
		}

		@Bean
		MethodConsumer methodConsumer() {
			return new MethodConsumer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnImageCache {

		@Bean(defaultCandidate = false)
		Allocator imageCacheAllocator() {
			return Global.over(Backends.get("system"));
		}

	}

}
