package io.freehold.spring.autoconfigure.actuate;

import io.freehold.spring.AllocatorTree;
import io.freehold.spring.actuate.AllocatorsEndpoint;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for the endpoint that shows the allocators. It shows those of the
 * whole hierarchy of contexts, so that one endpoint is enough for all of them.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(AllocatorTree.class)
@ConditionalOnAvailableEndpoint(AllocatorsEndpoint.class)
public final class AllocatorsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AllocatorsEndpoint allocatorsEndpoint(AllocatorTree tree) {
		AllocatorTree top = tree.top();
		return new AllocatorsEndpoint(top.backend(), top.root());
	}

}
