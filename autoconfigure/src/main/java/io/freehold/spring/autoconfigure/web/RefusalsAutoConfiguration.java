package io.freehold.spring.autoconfigure.web;

import io.freehold.spring.AllocatorTree;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.web.RefusalAdvice;
import io.freehold.spring.web.Refusals;
import io.freehold.spring.web.reactive.RefusalWebExceptionHandler;
import io.freehold.spring.web.servlet.RefusalExceptionResolver;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration for the answers to requests that fail because memory is refused.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnBean(AllocatorTree.class)
@ConditionalOnBooleanProperty(name = "freehold.web.refusals.enabled", matchIfMissing = true)
public final class RefusalsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	Refusals freeholdRefusals(AllocatorTree tree, FreeholdProperties properties) {
		return new Refusals(tree, properties.web().refusals().retryAfter());
	}

	/** For Spring MVC. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class ServletConfiguration {

		@Bean
		RefusalExceptionResolver refusalExceptionResolver(Refusals refusals) {
			return new RefusalExceptionResolver(refusals);
		}

		@Bean
		@ConditionalOnBooleanProperty("spring.mvc.problemdetails.enabled")
		RefusalAdvice refusalAdvice(Refusals refusals) {
			return new RefusalAdvice(refusals);
		}

	}

	/** For Spring WebFlux. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ DispatcherHandler.class, WebExceptionHandler.class })
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class ReactiveConfiguration {

		@Bean
		RefusalWebExceptionHandler refusalWebExceptionHandler(Refusals refusals) {
			return new RefusalWebExceptionHandler(refusals);
		}

		@Bean
		@ConditionalOnBooleanProperty("spring.webflux.problemdetails.enabled")
		RefusalAdvice refusalAdvice(Refusals refusals) {
			return new RefusalAdvice(refusals);
		}

	}

}
