package io.freehold.spring.autoconfigure.scope;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.budget.Budget;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.scope.reactive.ReactiveAllocatorArgumentResolver;
import io.freehold.spring.scope.reactive.RequestMemoryWebFilter;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ReactiveRequestAllocatorAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(FreeholdAutoConfiguration.class,
			RequestAllocatorAutoConfiguration.class, ReactiveRequestAllocatorAutoConfiguration.class,
			AllocatorArgumentsAutoConfiguration.class, ReactiveAllocatorArgumentsAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	@Test
	void whenReactiveApplicationShouldHaveFilterButNothingToInject() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(RequestMemoryWebFilter.class)
				.hasSingleBean(ReactiveAllocatorArgumentResolver.class)
				.doesNotHaveBean("requestAllocator");
			ManagedAllocator request = context.getBean(AllocatorTree.class).get("request");
			assertThat(request.scope()).isEqualTo("request");
			assertThat(request.budget().limit()).isEqualTo(Budget.UNLIMITED);
		});
	}

	@Test
	void whenLimitsAreSetShouldApplyThem() {
		this.contextRunner
			.withPropertyValues("freehold.scopes.request.limit=64KB", "freehold.scopes.request.limit-per-instance=16KB")
			.run((context) -> {
				ManagedAllocator request = context.getBean(AllocatorTree.class).get("request");
				assertThat(request.budget().limit()).isEqualTo(64 << 10);
				try (Region region = request.openSharedRegion()) {
					assertThatExceptionOfType(AllocationException.class)
						.isThrownBy(() -> region.allocate(Layout.ofBytes((16 << 10) + 1)))
						.satisfies(
								(ex) -> assertThat(ex.reason()).isEqualTo(AllocationException.Reason.LIMIT_EXCEEDED));
				}
			});
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		this.contextRunner.withPropertyValues("freehold.scopes.request.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WebFilter.class));
	}

	@Test
	void whenFreeholdIsSwitchedOffShouldBeAbsent() {
		this.contextRunner.withPropertyValues("freehold.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WebFilter.class));
	}

	@Test
	void whenUserHasBeanOfThatNameShouldPassItToHandlerMethods() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class))
			.withUserConfiguration(OwnRequestAllocator.class, Controller.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(RequestMemoryWebFilter.class);
				MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/request"));
				context.getBean(DispatcherHandler.class).handle(exchange).block(Await.DEADLINE);
				assertThat(exchange.getResponse().getBodyAsString().block(Await.DEADLINE))
					.isEqualTo(Global.over(Backends.get("system")).toString());
			});
	}

	@Test
	void whenNotReactiveShouldBeAbsent() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean(RequestMemoryWebFilter.class)
				.doesNotHaveBean(ReactiveAllocatorArgumentResolver.class));
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("requestAllocator")
				.doesNotHaveBean(RequestMemoryWebFilter.class)
				.doesNotHaveBean(ReactiveAllocatorArgumentResolver.class));
	}

	@Test
	void whenThereIsNoReactorShouldBeAbsent() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withClassLoader(new FilteredClassLoader(Mono.class, WebFilter.class, WebFluxConfigurer.class))
			.run((context) -> assertThat(context).hasNotFailed().hasBean("applicationAllocator"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRequestAllocator {

		@Bean(defaultCandidate = false)
		@RequestAllocator
		Allocator requestAllocator() {
			return Global.over(Backends.get("system"));
		}

	}

	@RestController
	static class Controller {

		@GetMapping("/request")
		String request(@RequestAllocator Allocator memory) {
			return memory.toString();
		}

	}

}
