package io.freehold.spring.autoconfigure.scope;

import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.Allocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.scope.AllocatorArgumentsCheck;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Advice of controllers that must not be created when the application starts.
 */
class ScopedAdviceTests {

	private static ConfigurableApplicationContext run(WebApplicationType type, Class<?> configuration,
			String... properties) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(type);
		application.addInitializers((context) -> {
			if (context instanceof GenericApplicationContext generic && configuration == Scoped.class) {
				generic.getBeanFactory().registerScope("absent", new Absent());
				generic.registerBeanDefinition("advice",
						BeanDefinitionBuilder.rootBeanDefinition(Advice.class).setScope("absent").getBeanDefinition());
			}
		});
		String[] arguments = new String[properties.length + 2];
		arguments[0] = "--server.port=0";
		arguments[1] = "--spring.main.banner-mode=off";
		for (int i = 0; i < properties.length; i++) {
			arguments[i + 2] = "--" + properties[i];
		}
		return application.run(arguments);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = Mode.EXCLUDE, names = "NONE")
	void whenAdviceIsLazyShouldNotCreateItAtStart(WebApplicationType type) {
		Advice.created.set(0);
		try (ConfigurableApplicationContext context = run(type, Eager.class, "spring.main.lazy-initialization=true",
				"freehold.allocators.errors.limit=1KB")) {
			assertThat(context.getBeansOfType(AllocatorArgumentsCheck.class)).isNotEmpty();
			assertThat(Advice.created).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = Mode.EXCLUDE, names = "NONE")
	void whenScopeOfAdviceIsNotActiveShouldLookAtItsTypeAlone(WebApplicationType type) {
		// lazy, because Spring itself resolves advice to sort it when it sets up handlers
		try (ConfigurableApplicationContext context = run(type, Scoped.class, "spring.main.lazy-initialization=true",
				"freehold.allocators.errors.limit=1KB")) {
			assertThat(context.getBeansOfType(AllocatorArgumentsCheck.class)).isNotEmpty();
		}
		assertThatException().isThrownBy(() -> run(type, Scoped.class, "spring.main.lazy-initialization=true").close())
			.havingRootCause()
			.withMessageContaining("NamedAllocator");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = Mode.EXCLUDE, names = "NONE")
	void whenFreeholdIsSwitchedOffShouldLookAtNothing(WebApplicationType type) {
		try (ConfigurableApplicationContext context = run(type, Eager.class, "freehold.enabled=false")) {
			assertThat(context.getBeansOfType(AllocatorArgumentsCheck.class)).isEmpty();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Scoped {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Eager {

		@Bean
		Advice advice() {
			return new Advice();
		}

	}

	@ControllerAdvice
	static class Advice {

		static final AtomicInteger created = new AtomicInteger();

		Advice() {
			created.incrementAndGet();
		}

		@ExceptionHandler
		void handle(UnsupportedOperationException ex, @NamedAllocator("errors") Allocator memory) {
		}

	}

	/** A scope that no thread is in. */
	private static final class Absent extends SimpleThreadScope {

		@Override
		public Object get(String name, org.springframework.beans.factory.ObjectFactory<?> factory) {
			throw new IllegalStateException("not active");
		}

	}

}
