package io.freehold.spring.autoconfigure.scope;

import io.freehold.spring.AllocatorTree;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.reactive.RequestMemoryWebFilter;

import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.server.WebFilter;

/**
 * Auto-configuration for the memory of web requests in reactive applications. There is no
 * bean to inject, because nothing is bound to a thread: handler methods take it as an
 * argument, all others find it by
 * {@link io.freehold.spring.scope.reactive.ReactiveRequestAllocator}. Backs off if there
 * is a bean named {@code requestAllocator}.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ WebFilter.class, Mono.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(value = AllocatorTree.class, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty(name = "freehold.scopes.request.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = "requestAllocator", search = SearchStrategy.CURRENT)
public final class ReactiveRequestAllocatorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	RequestMemoryWebFilter requestMemoryWebFilter(AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Scope scope = properties.scopes().request();
		return new RequestMemoryWebFilter(tree.addScope("request", scope.limit(), scope.limitPerInstance()));
	}

}
