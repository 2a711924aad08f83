package io.freehold.spring.autoconfigure.health;

import java.util.List;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorName;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.health.AllocatorHealthIndicator;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for the health of the allocators. It judges the whole hierarchy of
 * contexts, so that one indicator is enough for all of them.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(AllocatorTree.class)
@ConditionalOnEnabledHealthIndicator("freehold")
public final class AllocatorHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "freeholdHealthIndicator", "freeholdHealthContributor" })
	AllocatorHealthIndicator freeholdHealthIndicator(AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Health health = properties.health();
		List<ManagedAllocator> judged = health.allocators().stream().map((name) -> find(tree, name)).toList();
		AllocatorTree top = tree.top();
		return new AllocatorHealthIndicator(top.root(), top::roots, judged, health.threshold());
	}

	private static ManagedAllocator find(AllocatorTree tree, String name) {
		try {
			return tree.get(AllocatorName.of(name).value());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("freehold.health.allocators", name,
					"It must be a list of names configured under 'freehold.allocators'.");
		}
	}

}
