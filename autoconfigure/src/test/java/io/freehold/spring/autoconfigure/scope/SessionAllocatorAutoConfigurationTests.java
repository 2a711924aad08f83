package io.freehold.spring.autoconfigure.scope;

import java.util.EnumSet;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.budget.Budget;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.SessionAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.servlet.SessionMemories;
import io.freehold.spring.scope.servlet.SessionMemoryFilter;

import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.CharacterEncodingFilter;

import static org.assertj.core.api.Assertions.assertThat;

class SessionAllocatorAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(FreeholdAutoConfiguration.class,
			SessionAllocatorAutoConfiguration.class);

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	@Test
	void whenUserRegistersTheFilterShouldBackOff() {
		this.contextRunner.withUserConfiguration(OtherFilter.class, OwnRegistration.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBeansOfType(FilterRegistrationBean.class)).containsOnlyKeys("own", "other");
		});
	}

	@Test
	void whenUserRegistersAnotherFilterShouldRegisterTheOwn() {
		this.contextRunner.withUserConfiguration(OtherFilter.class)
			.run((context) -> assertThat(context.getBeansOfType(FilterRegistrationBean.class))
				.containsOnlyKeys("sessionMemoryFilterRegistration", "other"));
	}

	@Test
	void whenNumberOfSessionsIsNotSetShouldFollowFromTheLimit() {
		assertMostInstances(100_000);
		assertMostInstances(256, "freehold.scopes.session.limit=1MB");
		assertMostInstances(1, "freehold.scopes.session.limit=1KB");
		assertMostInstances(7, "freehold.scopes.session.limit=1MB", "freehold.scopes.session.max-instances=7");
		this.contextRunner.withPropertyValues("freehold.scopes.session.max-instances=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("freehold.scopes.session.max-instances"));
	}

	private void assertMostInstances(long expected, String... properties) {
		this.contextRunner.withPropertyValues(properties)
			.run((context) -> assertThat(context.getBean(FreeholdProperties.class).scopes().session().mostInstances())
				.isEqualTo(expected));
	}

	@Test
	void whenServletApplicationShouldHaveSessionAllocator() {
		this.contextRunner.withUserConfiguration(Injection.class).run((context) -> {
			assertThat(context.getBean(Consumer.class).allocator()).isSameAs(context.getBean("sessionAllocator"));
			ManagedAllocator session = context.getBean(AllocatorTree.class).get("session");
			assertThat(session.scope()).isEqualTo("session");
			assertThat(session.budget().limit()).isEqualTo(Budget.UNLIMITED);
			FilterRegistrationBean<?> filter = context.getBean(FilterRegistrationBean.class);
			assertThat(filter.getFilter()).isInstanceOf(SessionMemoryFilter.class);
			assertThat(filter.isAsyncSupported()).isTrue();
			assertThat(filter.determineDispatcherTypes()).isEqualTo(EnumSet.allOf(DispatcherType.class));
			// of Spring Session
			assertThat(filter.getOrder()).isGreaterThan(Integer.MIN_VALUE + 50);
		});
	}

	@Test
	void whenLimitIsSetShouldApplyIt() {
		this.contextRunner.withPropertyValues("freehold.scopes.session.limit=64KB")
			.run((context) -> assertThat(context.getBean(AllocatorTree.class).get("session").budget().limit())
				.isEqualTo(64 << 10));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "-1s" })
	void whenIdleTimeoutIsNotPositiveShouldBeRefused(String timeout) {
		this.contextRunner.withPropertyValues("freehold.scopes.session.idle-timeout=" + timeout)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("freehold.scopes.session.idle-timeout"));
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		this.contextRunner.withPropertyValues("freehold.scopes.session.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("sessionAllocator")
				.doesNotHaveBean(SessionMemories.class)
				.doesNotHaveBean(FilterRegistrationBean.class));
	}

	@Test
	void whenUserHasBeanOfThatNameShouldBackOff() {
		this.contextRunner.withUserConfiguration(OwnSessionAllocator.class, Injection.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SessionMemories.class)
				.getBean(Consumer.class)
				.isEqualTo(new Consumer(Global.over(Backends.get("system")))));
	}

	@Test
	void whenNotWebApplicationShouldBeAbsent() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("sessionAllocator"));
	}

	record Consumer(Allocator allocator) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Injection {

		@Bean
		Consumer consumer(@SessionAllocator Allocator allocator) {
			return new Consumer(allocator);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSessionAllocator {

		@Bean(defaultCandidate = false)
		@SessionAllocator
		Allocator sessionAllocator() {
			return Global.over(Backends.get("system"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistration {

		@Bean
		FilterRegistrationBean<SessionMemoryFilter> own(SessionMemoryFilter filter) {
			return new FilterRegistrationBean<>(filter);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherFilter {

		@Bean
		FilterRegistrationBean<CharacterEncodingFilter> other() {
			return new FilterRegistrationBean<>(new CharacterEncodingFilter());
		}

	}

}
