package io.freehold.spring.autoconfigure.scope;

import java.util.Arrays;
import java.util.stream.Stream;

import io.freehold.spring.autoconfigure.MisnamedAllocatorDetector;
import io.freehold.spring.scope.AllocatorArguments;
import io.freehold.spring.scope.AllocatorArgumentsCheck;
import io.freehold.spring.scope.reactive.ReactiveAllocatorArgumentResolver;
import io.freehold.spring.scope.reactive.RequestMemoryWebFilter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/**
 * Auto-configuration for allocators as arguments of Spring WebFlux's handler methods.
 */
@AutoConfiguration(after = ReactiveRequestAllocatorAutoConfiguration.class)
@ConditionalOnClass({ WebFluxConfigurer.class, RequestMappingInfoHandlerMapping.class })
@ConditionalOnBooleanProperty(name = "freehold.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
public final class ReactiveAllocatorArgumentsAutoConfiguration {

	@Bean
	ReactiveAllocatorArgumentResolver allocatorArgumentResolver(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<MisnamedAllocatorDetector> detector) {
		boolean requestMemory = beanFactory.getBeanNamesForType(RequestMemoryWebFilter.class, true, false).length > 0;
		return new ReactiveAllocatorArgumentResolver(new AllocatorArguments(beanFactory,
				(parameter) -> detector.ifAvailable((available) -> available.check(parameter))), requestMemory);
	}

	@Bean
	WebFluxConfigurer allocatorArgumentsConfigurer(ReactiveAllocatorArgumentResolver resolver) {
		return new WebFluxConfigurer() {

			@Override
			public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
				configurer.addCustomResolver(resolver);
			}

		};
	}

	@Bean
	AllocatorArgumentsCheck allocatorArgumentsCheck(ApplicationContext context,
			ReactiveAllocatorArgumentResolver resolver, ConfigurableListableBeanFactory beanFactory) {
		return new AllocatorArgumentsCheck(context, () -> handlers(beanFactory), resolver::check);
	}

	/** Creates no mapping that is lazy: it would be early then. */
	private static Stream<HandlerMethod> handlers(ConfigurableListableBeanFactory beanFactory) {
		return Arrays.stream(beanFactory.getBeanNamesForType(RequestMappingInfoHandlerMapping.class, true, false))
			.filter(beanFactory::containsSingleton)
			.map((name) -> beanFactory.getBean(name, RequestMappingInfoHandlerMapping.class))
			.flatMap((mapping) -> mapping.getHandlerMethods().values().stream());
	}

}
