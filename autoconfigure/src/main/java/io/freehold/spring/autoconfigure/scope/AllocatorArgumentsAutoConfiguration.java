package io.freehold.spring.autoconfigure.scope;

import java.util.List;

import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.MisnamedAllocatorDetector;
import io.freehold.spring.scope.AllocatorArguments;
import io.freehold.spring.scope.AllocatorArgumentsCheck;
import io.freehold.spring.scope.servlet.AllocatorArgumentResolver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Auto-configuration for allocators as arguments of Spring MVC's handler methods. It is
 * there when Freehold is switched off too, so that a handler method that needs an
 * allocator does not wait for its first request to fail.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@ConditionalOnClass({ WebMvcConfigurer.class, RequestMappingInfoHandlerMapping.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public final class AllocatorArgumentsAutoConfiguration {

	@Bean
	AllocatorArgumentResolver allocatorArgumentResolver(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<MisnamedAllocatorDetector> detector) {
		return new AllocatorArgumentResolver(new AllocatorArguments(beanFactory,
				(parameter) -> detector.ifAvailable((available) -> available.check(parameter))));
	}

	@Bean
	WebMvcConfigurer allocatorArgumentsConfigurer(AllocatorArgumentResolver resolver) {
		return new WebMvcConfigurer() {

			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(resolver);
			}

		};
	}

	@Bean
	AllocatorArgumentsCheck allocatorArgumentsCheck(ApplicationContext context, AllocatorArgumentResolver resolver,
			ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
		return new AllocatorArgumentsCheck(context,
				() -> mappings.stream().flatMap((mapping) -> mapping.getHandlerMethods().values().stream()),
				resolver::check);
	}

}
