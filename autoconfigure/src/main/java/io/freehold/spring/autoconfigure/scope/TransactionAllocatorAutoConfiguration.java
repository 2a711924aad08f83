package io.freehold.spring.autoconfigure.scope;

import io.freehold.Allocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.TransactionAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.TransactionScope;
import io.freehold.spring.scope.TransactionScopePostProcessor;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Auto-configuration for the allocator of transactions. Backs off if there is a bean
 * named {@code transactionAllocator}.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class,
		afterName = "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(PlatformTransactionManager.class)
@ConditionalOnBean(value = { AllocatorTree.class, PlatformTransactionManager.class }, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty(name = "freehold.scopes.transaction.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = "transactionAllocator", search = SearchStrategy.CURRENT)
public final class TransactionAllocatorAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static TransactionScope transactionScope() {
		return new TransactionScope();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static TransactionScopePostProcessor transactionScopePostProcessor(TransactionScope scope) {
		return new TransactionScopePostProcessor(scope);
	}

	@Bean(defaultCandidate = false)
	@Fallback
	@TransactionAllocator
	Allocator transactionAllocator(TransactionScope scope, AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Scope limits = properties.scopes().transaction();
		return scope.allocator("transactionAllocator",
				tree.addScope("transaction", limits.limit(), limits.limitPerInstance()));
	}

}
