package io.freehold.spring.autoconfigure.metrics;

import io.freehold.spring.AllocatorTree;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.metrics.AllocatorMetrics;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for the meters of the allocators.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ AllocatorTree.class, MeterRegistry.class })
@ConditionalOnBooleanProperty(name = "freehold.metrics.enabled", matchIfMissing = true)
public final class AllocatorMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AllocatorMetrics allocatorMetrics(AllocatorTree tree, FreeholdProperties properties) {
		return new AllocatorMetrics(tree.root(), tree.backend(), properties.metrics().maxAllocators());
	}

}
