package io.freehold.spring.autoconfigure.scope;

import java.util.EnumSet;

import io.freehold.Allocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.SessionAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.servlet.SessionMemories;
import io.freehold.spring.scope.servlet.SessionMemoryFilter;

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
import org.springframework.core.env.Environment;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Auto-configuration for the allocator of HTTP sessions in servlet applications. Backs
 * off if there is a bean named {@code sessionAllocator}.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ Filter.class, RequestContextHolder.class, FilterRegistrationBean.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(value = AllocatorTree.class, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty(name = "freehold.scopes.session.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = "sessionAllocator", search = SearchStrategy.CURRENT)
public final class SessionAllocatorAutoConfiguration {

	private static final String SPRING_SESSION_ORDER = "spring.session.servlet.filter-order";

	/** Where Spring Session puts its filter unless it is told otherwise. */
	private static final int SPRING_SESSION_DEFAULT_ORDER = Ordered.HIGHEST_PRECEDENCE + 50;

	/**
	 * Spring Boot registers it as a listener of the container, and Spring Session as one
	 * of its own.
	 */
	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	SessionMemories sessionMemories(AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Session session = properties.scopes().session();
		return new SessionMemories(tree.addScope("session", session.limit(), session.limitPerInstance()),
				session.idleTimeout(), session.mostInstances());
	}

	@Bean(defaultCandidate = false)
	@Fallback
	@SessionAllocator
	Allocator sessionAllocator(SessionMemoryFilter filter) {
		return filter.allocator("sessionAllocator");
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	SessionMemoryFilter sessionMemoryFilter(SessionMemories memories) {
		return new SessionMemoryFilter(memories);
	}

	/**
	 * Within the filter of Spring Session, which replaces the sessions of the container,
	 * but before those that see the request.
	 */
	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	FilterRegistrationBean<SessionMemoryFilter> sessionMemoryFilterRegistration(SessionMemoryFilter filter,
			Environment environment) {
		FilterRegistrationBean<SessionMemoryFilter> registration = new FilterRegistrationBean<>(filter);
		registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
		registration.setAsyncSupported(true);
		registration
			.setOrder(10 + environment.getProperty(SPRING_SESSION_ORDER, Integer.class, SPRING_SESSION_DEFAULT_ORDER));
		return registration;
	}

}
