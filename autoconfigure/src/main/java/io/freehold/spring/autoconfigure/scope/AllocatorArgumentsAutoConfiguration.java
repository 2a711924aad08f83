package io.freehold.spring.autoconfigure.scope;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.MisnamedAllocatorDetector;
import io.freehold.spring.scope.AllocatorArguments;
import io.freehold.spring.scope.AllocatorArgumentsCheck;
import io.freehold.spring.scope.servlet.AllocatorArgumentResolver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Auto-configuration for allocators as arguments of Spring MVC's handler methods.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class)
@ConditionalOnClass({ WebMvcConfigurer.class, RequestMappingInfoHandlerMapping.class })
@ConditionalOnBooleanProperty(name = "freehold.enabled", matchIfMissing = true)
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
			ConfigurableListableBeanFactory beanFactory) {
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
