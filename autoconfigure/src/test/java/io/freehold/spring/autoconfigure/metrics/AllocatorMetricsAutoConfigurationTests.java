package io.freehold.spring.autoconfigure.metrics;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.metrics.AllocatorMetrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class AllocatorMetricsAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(FreeholdAutoConfiguration.class, AllocatorMetricsAutoConfiguration.class));

	private final ApplicationContextRunner metricsRunner = this.contextRunner
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));

	@Test
	void whenThereIsRegistryShouldHaveMetersForEachAllocator() {
		this.metricsRunner.withPropertyValues("freehold.allocators.images.limit=1KB").run((context) -> {
			context.getBean(Allocator.class).allocate(Layout.ofBytes(100));
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("freehold.memory.used").tag("allocator", "root/application").gauge().value())
				.isEqualTo(100);
			assertThat(registry.get("freehold.memory.max")
				.tags("allocator", "root/images", "scope", "named", "backend", "pooled")
				.gauge()
				.value()).isEqualTo(1024);
		});
	}

	@Test
	void whenThereAreSeveralRegistriesShouldBindToAllOnce() {
		this.metricsRunner.withConfiguration(AutoConfigurations.of(PrometheusMetricsExportAutoConfiguration.class))
			.withBean("second", SimpleMeterRegistry.class)
			.run((context) -> {
				assertThat(context).hasSingleBean(CompositeMeterRegistry.class);
				context.getBean(AllocatorTree.class).add("late", (spec) -> {
				});
				assertThat(context.getBean("second", MeterRegistry.class)
					.get("freehold.memory.used")
					.tag("allocator", "root/late")
					.gauges()).hasSize(1);
				assertThat(context.getBean(PrometheusMeterRegistry.class).scrape()).contains(
						"freehold_memory_used_bytes{allocator=\"root/late\",backend=\"pooled\",scope=\"application\"}");
			});
	}

	@Test
	void whenNumberOfTaggedAllocatorsIsSetShouldApplyIt() {
		this.metricsRunner
			.withPropertyValues("freehold.metrics.max-allocators=1", "freehold.allocators.images.limit=1KB")
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("freehold.memory.used").meters())
					.extracting((meter) -> meter.getId().getTag("allocator"))
					.containsExactlyInAnyOrder("root", "other");
			});
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		this.metricsRunner.withPropertyValues("freehold.metrics.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(AllocatorMetrics.class);
			assertThat(context.getBean(MeterRegistry.class).find("freehold.memory.used").meters()).isEmpty();
		});
	}

	@Test
	void whenFreeholdIsSwitchedOffShouldBeAbsent() {
		this.metricsRunner.withPropertyValues("freehold.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorMetrics.class));
	}

	@Test
	void whenThereIsNoRegistryShouldBeAbsent() {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorMetrics.class));
	}

	@Test
	void whenMicrometerIsAbsentShouldBeAbsent() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean("allocatorMetrics"));
	}

	@Test
	void whenUserHasMetricsShouldBackOff() {
		this.metricsRunner.withUserConfiguration(OwnMetrics.class)
			.run((context) -> assertThat(context.getBeanNamesForType(AllocatorMetrics.class))
				.containsExactly("ownMetrics"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMetrics {

		@Bean
		AllocatorMetrics ownMetrics(AllocatorTree tree) {
			return new AllocatorMetrics(tree.root(), tree.backend(), 7);
		}

	}

}
