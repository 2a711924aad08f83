package io.freehold.spring.autoconfigure.scope;

import io.freehold.Allocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.ThreadScope;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for the allocator of tasks. Backs off if there is a bean named
 * {@code threadAllocator}.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBean(value = AllocatorTree.class, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty(name = "freehold.scopes.thread.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = "threadAllocator", search = SearchStrategy.CURRENT)
public final class ThreadAllocatorAutoConfiguration {

	/**
	 * A task decorator like any other, but no rival where one is asked for.
	 */
	@Bean
	@Fallback
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ThreadScope threadScope() {
		return new ThreadScope();
	}

	@Bean(defaultCandidate = false)
	@Fallback
	@ThreadAllocator
	Allocator threadAllocator(ThreadScope scope, AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Scope limits = properties.scopes().thread();
		return scope.allocator("threadAllocator", tree.addScope("thread", limits.limit(), limits.limitPerInstance()));
	}

}
