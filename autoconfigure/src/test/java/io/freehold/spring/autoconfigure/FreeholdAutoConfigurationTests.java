package io.freehold.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.budget.Budget;
import io.freehold.global.Global;
import io.freehold.managed.AllocatorSpec;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.AllocatorSpecCustomizer;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.autoconfigure.scope.RequestAllocatorAutoConfiguration;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FreeholdAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class));

	@Test
	void whenNothingIsConfiguredShouldInjectApplicationAllocator() {
		this.contextRunner.withUserConfiguration(PlainInjection.class).run((context) -> {
			ManagedAllocator application = context.getBean("applicationAllocator", ManagedAllocator.class);
			assertThat(context.getBean(Consumer.class).allocator()).isSameAs(application);
			assertThat(application.name()).isEqualTo("root/application");
			assertThat(application.scope()).isEqualTo("application");
			assertThat(application.backend()).isEqualTo("pooled");
			assertThat(application.budget().limit()).isEqualTo(Budget.UNLIMITED);
			AllocatorTree tree = context.getBean(AllocatorTree.class);
			assertThat(tree.root().name()).isEqualTo("root");
			assertThat(tree.backend()).isSameAs(context.getBean(GlobalAlloc.class)).isSameAs(Backends.get("pooled"));
			assertThat(tree.root().budget().limit()).isEqualTo(Budget.UNLIMITED);
		});
	}

	@Test
	void whenAllocatorIsUsedShouldCountAgainstRoot() {
		this.contextRunner.run((context) -> {
			Allocator allocator = context.getBean(Allocator.class);
			Budget root = context.getBean(AllocatorTree.class).root().budget();
			long before = root.used();
			Layout layout = Layout.of(100, 8);
			var block = allocator.allocate(layout);
			assertThat(root.used() - before).isEqualTo(100);
			allocator.deallocate(block, layout);
			assertThat(root.used()).isEqualTo(before);
		});
	}

	@Test
	void whenDisabledShouldSetUpNothing() {
		this.contextRunner.withPropertyValues("freehold.enabled=false", "freehold.allocators.image-cache.limit=1MB")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(AllocatorTree.class)
				.doesNotHaveBean(Allocator.class)
				.doesNotHaveBean(GlobalAlloc.class)
				.doesNotHaveBean(FreeholdProperties.class));
	}

	@Test
	void whenUserHasAllocatorBeanShouldStepAside() {
		this.contextRunner.withUserConfiguration(PlainInjection.class, OwnAllocator.class).run((context) -> {
			assertThat(context.getBean(Consumer.class).allocator()).isSameAs(context.getBean("ownAllocator"));
			assertThat(context.getBean("applicationAllocator", ManagedAllocator.class).name())
				.isEqualTo("root/application");
		});
	}

	@Test
	void whenUserHasApplicationAllocatorBeanShouldBackOff() {
		this.contextRunner.withUserConfiguration(PlainInjection.class, OwnApplicationAllocator.class)
			.run((context) -> assertThat(context.getBean(Consumer.class).allocator())
				.isSameAs(context.getBean("applicationAllocator"))
				.isEqualTo(Global.over(Backends.get("system"))));
	}

	@Test
	void whenUserHasBackendBeanShouldWinOverProperty() {
		this.contextRunner.withUserConfiguration(OwnBackend.class)
			.withPropertyValues("freehold.global.backend=absent")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(AllocatorTree.class).backend()).isSameAs(context.getBean("ownBackend"));
				assertThat(context.getBean(AllocatorTree.class).root().backend()).isEqualTo("own");
			});
	}

	@Test
	void whenSecondBackendBeanMakesItAmbiguousShouldFail() {
		this.contextRunner.withUserConfiguration(OwnBackend.class, SecondBackend.class)
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(NoUniqueBeanDefinitionException.class)
				.rootCause()
				.hasMessageContaining("ownBackend,secondBackend"));
	}

	@Test
	void whenBackendIsChosenByPropertyShouldUseIt() {
		this.contextRunner.withPropertyValues("freehold.global.backend=lent")
			.run((context) -> assertThat(context.getBean(AllocatorTree.class).backend())
				.isSameAs(Backends.get("lent")));
	}

	@Test
	void whenContextClosesShouldNotCloseBackendThatIsSharedByTheJvm() {
		this.contextRunner.withPropertyValues("freehold.global.backend=lent")
			.run((context) -> context.getBean(Allocator.class).allocate(Layout.ofBytes(8)));
		assertThat(((TestBackends.Closeable) Backends.get("lent")).isClosed()).isFalse();
	}

	@Test
	void whenLimitIsSetShouldNeverBeExceeded() {
		this.contextRunner.withPropertyValues("freehold.global.limit=64KB").run((context) -> {
			ManagedAllocator root = context.getBean(AllocatorTree.class).root();
			assertThat(root.budget().limit()).isEqualTo(64 << 10);
			Allocator allocator = context.getBean(Allocator.class);
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> allocator.allocate(Layout.ofBytes((64 << 10) + 1)))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(AllocationException.Reason.LIMIT_EXCEEDED));
		});
	}

	@Test
	void whenThereAreCustomizersShouldCallThemInOrderAfterPropertiesForEachAllocator() {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(FreeholdAutoConfiguration.class, RequestAllocatorAutoConfiguration.class))
			.withUserConfiguration(Customizers.class)
			.withPropertyValues("freehold.allocators.images.limit=10KB", "freehold.scopes.request.limit=20KB")
			.run((context) -> {
				AllocatorTree tree = context.getBean(AllocatorTree.class);
				// the second has the last word, and the property the first
				assertThat(tree.get("images").budget().limit()).isEqualTo(222);
				assertThat(tree.get("request").budget().limit()).isEqualTo(222);
				assertThat(tree.get("application").budget().limit()).isEqualTo(222);
				assertThat(tree.root().budget().limit()).isEqualTo(222);
				List<String> calls = context.getBean(Customizers.class).calls;
				assertThat(calls)
					.containsSubsequence("first root", "second root", "first root/application",
							"second root/application", "first root/images", "second root/images", "first root/request",
							"second root/request")
					.doesNotHaveDuplicates();
				if (tree.root().children().stream().anyMatch((child) -> child.name().equals("root/global"))) {
					assertThat(calls).containsSubsequence("first root/global", "second root/global");
				}
			});
	}

	@Test
	void whenScopedAllocatorsExistShouldNotBeCandidatesForPlainInjection() {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(FreeholdAutoConfiguration.class, RequestAllocatorAutoConfiguration.class))
			.withPropertyValues("freehold.allocators.images.limit=10KB")
			.withUserConfiguration(PlainInjection.class, RequestInjection.class)
			.run((context) -> {
				assertThat(context.getBeanNamesForType(Allocator.class))
					.containsExactlyInAnyOrder("applicationAllocator", "imagesAllocator", "requestAllocator");
				assertThat(context.getBean(Consumer.class).allocator())
					.isSameAs(context.getBean("applicationAllocator"));
				assertThat(context.getBean(RequestConsumer.class).allocator())
					.isSameAs(context.getBean("requestAllocator"));
			});
	}

	record Consumer(Allocator allocator) {

	}

	record RequestConsumer(Allocator allocator) {

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainInjection {

		@Bean
		Consumer consumer(Allocator allocator) {
			return new Consumer(allocator);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RequestInjection {

		@Bean
		RequestConsumer requestConsumer(@RequestAllocator Allocator allocator) {
			return new RequestConsumer(allocator);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnAllocator {

		@Bean
		Allocator ownAllocator() {
			return Global.over(Backends.get("system"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnApplicationAllocator {

		@Bean
		Allocator applicationAllocator() {
			return Global.over(Backends.get("system"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBackend {

		@Bean
		GlobalAlloc ownBackend() {
			return new TestBackends.Closeable("own");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondBackend {

		@Bean
		GlobalAlloc secondBackend() {
			return new TestBackends.Closeable("second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		final List<String> calls = new ArrayList<>();

		@Bean
		@Order(2)
		AllocatorSpecCustomizer second() {
			return (spec) -> customize("second ", spec.limit(222));
		}

		@Bean
		@Order(1)
		AllocatorSpecCustomizer first() {
			return (spec) -> customize("first ", spec.limit(111));
		}

		private void customize(String by, AllocatorSpec spec) {
			this.calls.add(by + spec.name());
		}

	}

}
