package io.freehold.spring.autoconfigure;

import java.util.Locale;
import java.util.Optional;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MethodAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.SessionAllocator;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.TransactionAllocator;
import io.freehold.spring.autoconfigure.scope.AllocatorArgumentsAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.MethodAllocatorAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.ReactiveAllocatorArgumentsAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.ReactiveRequestAllocatorAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.RequestAllocatorAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.ThreadAllocatorAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.TransactionAllocatorAutoConfiguration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user reads when the allocator that somebody asks for is not there, through the
 * whole chain of Boot's analyzers.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingAllocatorReportTests {

	@Test
	void whenFieldAsksForRequestInReactiveApplicationShouldSayWhatToDoInstead(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.REACTIVE, ByField.class)).isEqualTo("""
				Description:

				Field memory in %s asks for @RequestAllocator Allocator, but there is no such bean: this is a \
				reactive application, where no thread belongs to a request, so that there is nothing to inject.

				Action:

				Take it as an argument of the handler method, or find it by ReactiveRequestAllocator.get(), or by \
				ReactiveRequestAllocator.of(exchange), or define an Allocator bean with that annotation."""
			.formatted(ByField.class.getName()));
	}

	@Test
	void whenConstructorAsksForRequestInReactiveApplicationShouldNameIt(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.REACTIVE, ByConstructor.class))
			.contains("Parameter 0 of constructor in " + ByConstructor.class.getName()
					+ " asks for @RequestAllocator Allocator")
			.contains("this is a reactive application");
	}

	@Test
	void whenOptionalAsksForRequestShouldStart() {
		try (var context = builder(WebApplicationType.NONE, Optionally.class).run()) {
			assertThat(context.getBean(Optionally.class).memory).isEmpty();
		}
	}

	@Test
	void whenSessionIsAskedForInReactiveApplicationShouldSaySo(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.REACTIVE, OfSession.class))
			.contains("asks for @SessionAllocator Allocator")
			.contains("only servlet applications have memory of sessions");
	}

	@ParameterizedTest
	@CsvSource({ "REQUEST, requests", "SESSION, sessions" })
	void whenThereIsNoWebApplicationShouldSaySo(ScopeQualifier scope, String what, CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, application(scope)))
			.contains("Parameter 0 of method consumer in " + application(scope).getName() + " asks for " + scope
					+ " Allocator, but there is no such bean: this is no web application, and so has no " + what + ".")
			.contains("Use another allocator, or define an Allocator bean with that annotation.");
	}

	@ParameterizedTest
	@EnumSource(ScopeQualifier.class)
	void whenScopeIsSwitchedOffShouldNameProperty(ScopeQualifier scope, CapturedOutput output) {
		String property = "freehold.scopes." + scope.name().toLowerCase(Locale.ROOT) + ".enabled";
		assertThat(report(output, WebApplicationType.NONE, application(scope), property + "=false"))
			.contains("asks for " + scope + " Allocator, but there is no such bean: it is switched off by property '"
					+ property + "'.")
			.contains("Remove '" + property + "=false', or define an Allocator bean with that annotation.");
	}

	@ParameterizedTest
	@EnumSource(ScopeQualifier.class)
	void whenFreeholdIsSwitchedOffShouldNameProperty(ScopeQualifier scope, CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, application(scope), "freehold.enabled=false"))
			.contains("it is switched off by property 'freehold.enabled'.")
			.contains("Remove 'freehold.enabled=false'");
	}

	@Test
	void whenThereIsNoTransactionManagerShouldSaySo(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, OfTransaction.class))
			.contains("there is no transaction manager, that is no PlatformTransactionManager bean.")
			.contains("Set one up, such as by configuring a data source");
	}

	@ParameterizedTest
	@EnumSource(value = ScopeQualifier.class, mode = Mode.INCLUDE, names = { "THREAD", "METHOD" })
	void whenAutoConfigurationIsMissingShouldSaySo(ScopeQualifier scope, CapturedOutput output) {
		assertThat(FailureReport.of(output,
				new SpringApplicationBuilder(application(scope), Alone.class).web(WebApplicationType.NONE)))
			.contains("the auto-configuration for " + scope + " is not active.")
			.contains("Start with --debug to see which of its conditions does not hold");
	}

	@Test
	void whenThereIsNoAutoConfigurationAtAllShouldSaySo(CapturedOutput output) {
		assertThat(FailureReport.of(output,
				new SpringApplicationBuilder(OfThread.class, Bare.class).web(WebApplicationType.NONE)))
			.contains("there is no such bean: FreeholdAutoConfiguration is not active.");
	}

	@Test
	void whenMoreThanAnAllocatorIsAskedForShouldSaySo(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, ManagedOfThread.class))
			.contains("asks for @ThreadAllocator ManagedAllocator, but there is no such bean: the bean"
					+ " 'threadAllocator' is no ManagedAllocator.")
			.contains("Ask for an Allocator,");
	}

	@Test
	void whenHandlerMethodAsksForMoreThanAnAllocatorShouldSaySo(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.REACTIVE, ManagedOfRequestHandler.class))
			.contains("Parameter 0 of method request in " + ManagedOfRequestHandler.class.getName()
					+ " asks for @RequestAllocator ManagedAllocator")
			.contains("the memory of a request is no ManagedAllocator.");
	}

	@Test
	void whenOwnBeanLacksAnnotationShouldSaySo(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, OwnWithoutAnnotation.class))
			.contains("the bean 'threadAllocator' does not match all annotations that are there.")
			.contains("Declare 'threadAllocator' with that annotation, or ask with fewer");
	}

	@Test
	void whenNameIsUnknownShouldListNames(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, Misspelt.class, "freehold.allocators.index.limit=1KB",
				"freehold.allocators.image-cache.limit=1KB"))
			.isEqualTo("""
					Description:

					Parameter 0 of method consumer in %s asks for @NamedAllocator("image-cach") ManagedAllocator, but \
					there is no such bean: 'freehold.allocators.image-cach' is not configured, only 'image-cache', \
					'index'.

					Action:

					Correct the name, or configure it, such as by 'freehold.allocators.image-cach.limit=64MB', or \
					define an Allocator bean with that annotation.""".formatted(Misspelt.class.getName()));
	}

	@Test
	void whenNoNameIsConfiguredShouldSaySo(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, Misspelt.class))
			.contains("'freehold.allocators.image-cach' is not configured, nor is any other.");
	}

	@Test
	void whenNameIsNotWrittenWithDashesShouldSayHowItIs(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, CamelCase.class, "freehold.allocators.imageCache.limit=1KB"))
			.contains("asks for @NamedAllocator(\"imageCache\") Allocator, but there is no such bean: its name is"
					+ " written 'image-cache' in lower case with dashes.")
			.contains("Write @NamedAllocator(\"image-cache\"), or");
	}

	@Test
	void whenNameCannotBeOneShouldSuggestOne(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, Dotted.class))
			.contains("'freehold.allocators.image.cache' is not configured, nor is any other.")
			.contains("such as by 'freehold.allocators.image-cache.limit=64MB'");
	}

	@Test
	void whenQualifierIsUnknownShouldSaySo(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, Foreign.class))
			.contains("asks for @Qualifier(\"foreign\") Allocator, but there is no such bean:"
					+ " none has the qualifier that is asked for.")
			.contains("Correct the qualifier, or define an Allocator bean with that annotation.");
	}

	@Test
	void whenThereIsNoAllocatorAtAllShouldSayWhy(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, Plain.class, "freehold.enabled=false"))
			.contains("asks for an Allocator, but there is no such bean: it is switched off by property"
					+ " 'freehold.enabled'.")
			.contains("Remove 'freehold.enabled=false', or define an Allocator bean.");
	}

	@Test
	void whenTypeIsTheUsersShouldLeaveItToBoot(CapturedOutput output) {
		assertThat(report(output, WebApplicationType.NONE, OwnType.class))
			.contains("required a bean of type '" + OwnAllocator.class.getName() + "'")
			.contains("Consider defining a bean of type");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = Mode.EXCLUDE, names = "NONE")
	void whenHandlerMethodAsksForUnknownNameShouldNameMethodAndParameter(WebApplicationType type,
			CapturedOutput output) {
		assertThat(report(output, type, Controller.class, "freehold.allocators.image-cache.limit=1KB"))
			.contains("Parameter 1 of method images in " + Controller.class.getName()
					+ " asks for @NamedAllocator(\"images\") Allocator, but there is no such bean:"
					+ " 'freehold.allocators.images' is not configured, only 'image-cache'.")
			.contains("such as by 'freehold.allocators.images.limit=64MB'");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = Mode.EXCLUDE, names = "NONE")
	void whenAdviceAsksForUnknownNameShouldNameMethodAndParameter(WebApplicationType type, CapturedOutput output) {
		assertThat(report(output, type, Advice.class)).contains(
				"Parameter 1 of method handle in " + Advice.class.getName() + " asks for @NamedAllocator(\"errors\")");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = Mode.EXCLUDE, names = "NONE")
	void whenHandlerMethodIsMisnamedShouldNameMethodParameterAndAnnotation(WebApplicationType type,
			CapturedOutput output) {
		assertThat(report(output, type, Misnamed.class))
			.contains("Parameter 0 of method misnamed in " + Misnamed.class.getName()
					+ " is named like the allocator bean 'threadAllocator' but has no qualifier")
			.contains("Add @ThreadAllocator to ask for 'threadAllocator', or rename");
	}

	private static String report(CapturedOutput output, WebApplicationType type, Class<?> application,
			String... properties) {
		return FailureReport.of(output, builder(type, application), properties);
	}

	private static SpringApplicationBuilder builder(WebApplicationType type, Class<?> application) {
		return new SpringApplicationBuilder(application, Freehold.class, switch (type) {
			case NONE -> Bare.class;
			case SERVLET -> Servlet.class;
			case REACTIVE -> Reactive.class;
		}).web(type).properties("server.port=0");
	}

	private static Class<?> application(ScopeQualifier scope) {
		return switch (scope) {
			case REQUEST -> OfRequest.class;
			case SESSION -> OfSession.class;
			case THREAD -> OfThread.class;
			case TRANSACTION -> OfTransaction.class;
			case METHOD -> OfMethod.class;
		};
	}

	@Configuration(proxyBeanMethods = false)
	static class Bare {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Alone {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FreeholdAutoConfiguration.class, RequestAllocatorAutoConfiguration.class,
			ReactiveRequestAllocatorAutoConfiguration.class, ThreadAllocatorAutoConfiguration.class,
			TransactionAllocatorAutoConfiguration.class, MethodAllocatorAutoConfiguration.class,
			AllocatorArgumentsAutoConfiguration.class, ReactiveAllocatorArgumentsAutoConfiguration.class })
	static class Freehold {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class })
	static class Servlet {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
			WebFluxAutoConfiguration.class })
	static class Reactive {

	}

	static class ByField {

		@Autowired
		@RequestAllocator
		Allocator memory;

	}

	static class ByConstructor {

		final Allocator memory;

		ByConstructor(@RequestAllocator Allocator memory) {
			this.memory = memory;
		}

	}

	static class Optionally {

		final Optional<Allocator> memory;

		Optionally(@RequestAllocator Optional<Allocator> memory) {
			this.memory = memory;
		}

	}

	static class OfRequest {

		@Bean
		String consumer(@RequestAllocator Allocator memory) {
			return memory.toString();
		}

	}

	static class OfSession {

		@Bean
		String consumer(@SessionAllocator Allocator memory) {
			return memory.toString();
		}

	}

	static class OfThread {

		@Bean
		String consumer(@ThreadAllocator Allocator memory) {
			return memory.toString();
		}

	}

	static class ManagedOfThread {

		@Bean
		String consumer(@ThreadAllocator ManagedAllocator memory) {
			return memory.toString();
		}

	}

	static class OwnWithoutAnnotation {

		@Bean(defaultCandidate = false)
		Allocator threadAllocator(AllocatorTree tree) {
			return tree.root();
		}

		@Bean
		String consumer(@ThreadAllocator Allocator memory) {
			return memory.toString();
		}

	}

	static class OfTransaction {

		@Bean
		String consumer(@TransactionAllocator Allocator memory) {
			return memory.toString();
		}

	}

	static class OfMethod {

		@Bean
		String consumer(@MethodAllocator Allocator memory) {
			return memory.toString();
		}

	}

	static class Misspelt {

		@Bean
		String consumer(@NamedAllocator("image-cach") ManagedAllocator cache) {
			return cache.name();
		}

	}

	static class CamelCase {

		@Bean
		String consumer(@NamedAllocator("imageCache") Allocator cache) {
			return cache.toString();
		}

	}

	static class Dotted {

		@Bean
		String consumer(@NamedAllocator("image.cache") Allocator cache) {
			return cache.toString();
		}

	}

	static class Foreign {

		@Bean
		String consumer(@Qualifier("foreign") Allocator memory) {
			return memory.toString();
		}

	}

	static class Plain {

		@Bean
		String consumer(Allocator memory) {
			return memory.toString();
		}

	}

	interface OwnAllocator extends Allocator {

	}

	static class OwnType {

		@Bean
		String consumer(OwnAllocator memory) {
			return memory.toString();
		}

	}

	@RestController
	static class Controller {

		@GetMapping("/images")
		String images(@NamedAllocator("image-cache") Allocator cache, @NamedAllocator("images") Allocator images) {
			return "" + cache + images;
		}

	}

	@RestController
	static class OfRequestHandler {

		@GetMapping("/request")
		String request(@RequestAllocator Allocator memory) {
			return memory.toString();
		}

	}

	@RestController
	static class ManagedOfRequestHandler {

		@GetMapping("/request")
		String request(@RequestAllocator ManagedAllocator memory) {
			return memory.name();
		}

	}

	@RestController
	static class Misnamed {

		@GetMapping("/misnamed")
		String misnamed(Allocator threadAllocator) {
			return threadAllocator.toString();
		}

	}

	@ControllerAdvice
	static class Advice {

		@ExceptionHandler
		String handle(IllegalArgumentException ex, @NamedAllocator("errors") Allocator memory) {
			return ex + " " + memory;
		}

	}

}
