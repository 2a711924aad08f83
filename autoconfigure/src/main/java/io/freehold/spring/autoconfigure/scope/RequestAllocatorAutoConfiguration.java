package io.freehold.spring.autoconfigure.scope;

import java.util.EnumSet;

import io.freehold.Allocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.servlet.RequestHandling;
import io.freehold.spring.scope.servlet.RequestMemoryFilter;
import io.freehold.spring.scope.servlet.SynchronousHandlers;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Auto-configuration for the allocator of web requests in servlet applications. Backs off
 * if there is a bean named {@code requestAllocator}.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ Filter.class, RequestContextHolder.class, FilterRegistrationBean.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(value = AllocatorTree.class, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty(name = "freehold.scopes.request.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = "requestAllocator", search = SearchStrategy.CURRENT)
public final class RequestAllocatorAutoConfiguration {

	/**
	 * After the filters that must come first of all, before those that see the request.
	 */
	private static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	private static final String HANDLER_MAPPING = "org.springframework.web.servlet.HandlerMapping";

	@Bean(defaultCandidate = false)
	@Fallback
	@RequestAllocator
	Allocator requestAllocator(RequestMemoryFilter filter) {
		return filter.allocator("requestAllocator");
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	RequestMemoryFilter requestMemoryFilter(AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Scope limits = properties.scopes().request();
		return new RequestMemoryFilter(tree.addScope("request", limits.limit(), limits.limitPerInstance()), handling());
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	FilterRegistrationBean<RequestMemoryFilter> requestMemoryFilterRegistration(RequestMemoryFilter filter) {
		FilterRegistrationBean<RequestMemoryFilter> registration = new FilterRegistrationBean<>(filter);
		registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
		registration.setAsyncSupported(true);
		registration.setOrder(FILTER_ORDER);
		return registration;
	}

	private static RequestHandling handling() {
		return ClassUtils.isPresent(HANDLER_MAPPING, RequestAllocatorAutoConfiguration.class.getClassLoader())
				? new SynchronousHandlers() : RequestHandling.UNKNOWN;
	}

}
