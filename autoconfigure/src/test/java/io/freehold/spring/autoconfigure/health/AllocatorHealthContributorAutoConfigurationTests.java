package io.freehold.spring.autoconfigure.health;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.health.AllocatorHealthIndicator;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class AllocatorHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(FreeholdAutoConfiguration.class, AllocatorHealthContributorAutoConfiguration.class,
					HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class));

	private static Health health(ApplicationContext context) {
		Health health = context.getBean(AllocatorHealthIndicator.class).health();
		assertThat(health).isNotNull();
		return health;
	}

	@Test
	void whenActuatorIsPresentShouldContributeAsFreehold() {
		this.contextRunner.run((context) -> {
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("freehold"))
				.isSameAs(context.getBean(AllocatorHealthIndicator.class));
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void whenRootReachesThresholdShouldBeOutOfService() {
		this.contextRunner.withPropertyValues("freehold.global.limit=1000000", "freehold.health.threshold=0.25")
			.run((context) -> {
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				context.getBean(Allocator.class).allocate(Layout.ofBytes(250_000));
				assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			});
	}

	@Test
	void whenNamedAllocatorIsFullShouldMatterOnlyWhereAskedFor() {
		ApplicationContextRunner named = this.contextRunner
			.withPropertyValues("freehold.allocators.image-cache.limit=1KB", "freehold.allocators.index.limit=1KB");
		named.run((context) -> {
			context.getBean("imageCacheAllocator", Allocator.class).allocate(Layout.ofBytes(1024));
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		});
		for (String written : new String[] { "image-cache", "imageCache", "index,Image_Cache" }) {
			named.withPropertyValues("freehold.health.allocators=" + written).run((context) -> {
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				context.getBean("imageCacheAllocator", Allocator.class).allocate(Layout.ofBytes(1024));
				assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
				assertThat(health(context).getDetails()).containsKey("root/image-cache");
			});
		}
	}

	@Test
	void whenUserReplacesBeanOfHealthAllocatorShouldStillStart() {
		this.contextRunner
			.withPropertyValues("freehold.allocators.image-cache.limit=1KB", "freehold.health.allocators=image-cache")
			.withBean("imageCacheAllocator", String.class, () -> "mine")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		this.contextRunner.withPropertyValues("management.health.freehold.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorHealthIndicator.class));
		this.contextRunner.withPropertyValues("management.health.defaults.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorHealthIndicator.class));
		this.contextRunner.withPropertyValues("freehold.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorHealthIndicator.class));
	}

	@Test
	void whenHealthIsAbsentShouldBeAbsent() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class,
					AllocatorHealthContributorAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean("freeholdHealthIndicator"));
	}

	@Test
	void whenUserHasIndicatorOfThatNameShouldBackOff() {
		this.contextRunner.withBean("freeholdHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorHealthIndicator.class));
	}

}
