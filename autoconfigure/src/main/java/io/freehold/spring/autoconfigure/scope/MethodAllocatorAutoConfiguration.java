package io.freehold.spring.autoconfigure.scope;

import io.freehold.Allocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MethodAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.AllocatorScopePostProcessor;
import io.freehold.spring.scope.MethodScope;

import org.aopalliance.intercept.MethodInterceptor;

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
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the allocator of methods with {@code @AllocatorScope}. Backs off
 * if there is a bean named {@code methodAllocator}.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(MethodInterceptor.class)
@ConditionalOnBean(value = AllocatorTree.class, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty(name = "freehold.scopes.method.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = "methodAllocator", search = SearchStrategy.CURRENT)
public final class MethodAllocatorAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static MethodScope methodScope() {
		return new MethodScope();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static AllocatorScopePostProcessor allocatorScopePostProcessor(MethodScope scope, Environment environment) {
		AllocatorScopePostProcessor processor = new AllocatorScopePostProcessor(scope);
		processor.setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
		return processor;
	}

	@Bean(defaultCandidate = false)
	@Fallback
	@MethodAllocator
	Allocator methodAllocator(MethodScope scope, AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Scope limits = properties.scopes().method();
		return scope.allocator("methodAllocator", tree.addScope("method", limits.limit(), limits.limitPerInstance()));
	}

}
