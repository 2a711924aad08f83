package io.freehold.spring.autoconfigure.scope;

import java.util.EnumSet;

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
import io.freehold.spring.scope.MissingScopeException;
import io.freehold.spring.scope.servlet.RequestMemoryFilter;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.CharacterEncodingFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RequestAllocatorAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(FreeholdAutoConfiguration.class,
			RequestAllocatorAutoConfiguration.class);

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
				.containsOnlyKeys("requestMemoryFilterRegistration", "other"));
	}

	@Test
	void whenServletApplicationShouldHaveRequestAllocator() {
		this.contextRunner.withUserConfiguration(Injection.class).run((context) -> {
			assertThat(context.getBean(Consumer.class).allocator()).isSameAs(context.getBean("requestAllocator"));
			ManagedAllocator request = context.getBean(AllocatorTree.class).get("request");
			assertThat(request.scope()).isEqualTo("request");
			assertThat(request.budget().limit()).isEqualTo(Budget.UNLIMITED);
			FilterRegistrationBean<?> filter = context.getBean(FilterRegistrationBean.class);
			assertThat(filter.getFilter()).isInstanceOf(RequestMemoryFilter.class);
			assertThat(filter.isAsyncSupported()).isTrue();
			assertThat(filter.determineDispatcherTypes()).isEqualTo(EnumSet.allOf(DispatcherType.class));
		});
	}

	@Test
	void whenLimitsAreSetShouldApplyThem() {
		this.contextRunner
			.withPropertyValues("freehold.scopes.request.limit=64KB", "freehold.scopes.request.limit-per-instance=16KB")
			.run((context) -> {
				ManagedAllocator request = context.getBean(AllocatorTree.class).get("request");
				assertThat(request.budget().limit()).isEqualTo(64 << 10);
				try (Region region = request.openRegion()) {
					assertThatExceptionOfType(AllocationException.class)
						.isThrownBy(() -> region.allocate(Layout.ofBytes((16 << 10) + 1)))
						.satisfies(
								(ex) -> assertThat(ex.reason()).isEqualTo(AllocationException.Reason.LIMIT_EXCEEDED));
				}
			});
	}

	@Test
	void whenUsedOutsideOfRequestShouldNameScope() {
		this.contextRunner.run((context) -> assertThatExceptionOfType(MissingScopeException.class)
			.isThrownBy(() -> context.getBean("requestAllocator", Allocator.class).allocate(Layout.ofBytes(1)))
			.withMessageStartingWith("requestAllocator: there is no request scope on thread '"
					+ Thread.currentThread().getName() + "': use it while a web request is handled"));
	}

	@Test
	void whenParameterIsNamedLikeRequestAllocatorButHasNoQualifierShouldBeRefused() {
		this.contextRunner.withUserConfiguration(MisnamedParameter.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("Parameter 0 of method consumer in " + MisnamedParameter.class.getName()
						+ " asks for an allocator without a qualifier, but is named like the bean 'requestAllocator'"));
	}

	@Test
	void whenFieldIsNamedLikeRequestAllocatorButHasNoQualifierShouldBeRefused() {
		this.contextRunner.withUserConfiguration(MisnamedField.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("Field requestAllocator in " + MisnamedField.class.getName()
						+ " asks for an allocator without a qualifier, but is named like the bean 'requestAllocator'"));
	}

	@Test
	void whenMisnamedByWayOfAProviderShouldBeRefused() {
		this.contextRunner.withUserConfiguration(MisnamedProvider.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("is named like the bean 'requestAllocator'"));
	}

	@Test
	void whenArgumentIsGivenShouldNotBeRefused() {
		this.contextRunner
			.withBean("supplied", MisnamedConstructor.class, () -> new MisnamedConstructor(Global.allocator()))
			.run((context) -> assertThat(context.getBean(MisnamedConstructor.class).requestAllocator())
				.isEqualTo(Global.allocator()));
		this.contextRunner.withInitializer((context) -> {
			RootBeanDefinition definition = new RootBeanDefinition(MisnamedConstructor.class);
			definition.getConstructorArgumentValues()
				.addIndexedArgumentValue(0, new RuntimeBeanReference("requestAllocator"));
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("referring", definition);
		})
			.run((context) -> assertThat(context.getBean(MisnamedConstructor.class).requestAllocator())
				.isSameAs(context.getBean("requestAllocator")));
		this.contextRunner.withBean(MisnamedConstructor.class).run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void whenQualifiedByNameShouldBeInjected() {
		this.contextRunner.withUserConfiguration(QualifiedByName.class)
			.run((context) -> assertThat(context.getBean(QualifiedByName.class).requestAllocator)
				.isSameAs(context.getBean("requestAllocator")));
	}

	@Test
	void whenRequestAllocatorIsSwitchedOffShouldNotMindTheName() {
		this.contextRunner.withPropertyValues("freehold.scopes.request.enabled=false")
			.withUserConfiguration(MisnamedParameter.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		this.contextRunner.withPropertyValues("freehold.scopes.request.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean("requestAllocator")
				.doesNotHaveBean(FilterRegistrationBean.class));
	}

	@Test
	void whenFreeholdIsSwitchedOffShouldBeAbsent() {
		this.contextRunner.withPropertyValues("freehold.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("requestAllocator")
				.doesNotHaveBean(FilterRegistrationBean.class));
	}

	@Test
	void whenUserHasBeanOfThatNameShouldBackOff() {
		this.contextRunner.withUserConfiguration(OwnRequestAllocator.class, Injection.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(FilterRegistrationBean.class)
				.getBean(Consumer.class)
				.isEqualTo(new Consumer(Global.over(Backends.get("system")))));
	}

	@Test
	void whenNotWebApplicationShouldBeAbsent() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean("requestAllocator"));
	}

	@Test
	void whenReactiveWebApplicationShouldBeAbsent() {
		new ReactiveWebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean("requestAllocator"));
	}

	@Test
	void whenThereAreNoServletClassesShouldBeAbsent() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withClassLoader(new FilteredClassLoader(Filter.class, FilterRegistrationBean.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean("requestAllocator"));
	}

	record Consumer(Allocator allocator) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Injection {

		@Bean
		Consumer consumer(@RequestAllocator Allocator allocator) {
			return new Consumer(allocator);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MisnamedParameter {

		@Bean
		Consumer consumer(Allocator requestAllocator) {
			return new Consumer(requestAllocator);
		}

	}

	record MisnamedConstructor(Allocator requestAllocator) {

	}

	@Configuration(proxyBeanMethods = false)
	static class MisnamedProvider {

		@Autowired
		ObjectProvider<Allocator> requestAllocator;

	}

	@Configuration(proxyBeanMethods = false)
	static class QualifiedByName {

		@Inject
		@Named("requestAllocator")
		Allocator requestAllocator;

	}

	static class MisnamedField {

		@Autowired
		@Nullable Allocator requestAllocator;

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRequestAllocator {

		@Bean(defaultCandidate = false)
		@RequestAllocator
		Allocator requestAllocator() {
			return Global.over(Backends.get("system"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistration {

		@Bean
		FilterRegistrationBean<RequestMemoryFilter> own(RequestMemoryFilter filter) {
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
