package io.freehold.spring.autoconfigure.scope;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorScope;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MethodAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.scope.InvalidAllocatorScopeException;
import io.freehold.spring.scope.MissingScopeException;

import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncAnnotationBeanPostProcessor;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The memory of calls.
 */
class MethodAllocatorTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class,
				MethodAllocatorAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
		.withUserConfiguration(Application.class);

	private void run(BiConsumer<Outer, ManagedAllocator> test) {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			ManagedAllocator node = context.getBean(AllocatorTree.class).get("method");
			test.accept(context.getBean(Outer.class), node);
			Await.until(() -> node.stats().openRegions() == 0);
			assertThat(node.stats().regionsOpened()).isEqualTo(node.stats().regionsClosed());
			assertThat(node.budget().used()).isZero();
		});
	}

	@Test
	void whenMethodReturnsShouldFreeItsMemory() {
		run((outer, node) -> {
			MemorySegment block = outer.call(outer::take);
			assertThat(block.scope().isAlive()).isFalse();
			assertThat(node.stats().regionsOpened()).isOne();
		});
	}

	@Test
	void whenMethodThrowsShouldFreeItsMemory() {
		run((outer, node) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> outer.call(() -> {
				outer.take();
				throw new IllegalArgumentException("on purpose");
			})).withMessage("on purpose");
			assertThat(node.stats().regionsClosed()).isOne();
		});
	}

	@Test
	void whenCallsNestShouldUseTheInnermost() {
		run((outer, node) -> outer.call(() -> {
			MemorySegment first = outer.take();
			MemorySegment inner = outer.inner().call();
			assertThat(inner.scope().isAlive()).isFalse();
			first.fill((byte) 1);
			assertThat(outer.take().scope()).isEqualTo(first.scope());
			assertThat(node.stats().regionsOpened()).isEqualTo(2);
			return first;
		}));
	}

	@Test
	void whenCallRecursesShouldHaveMemoryOfItsOwnEachTime() {
		run((outer, node) -> {
			outer.call(() -> outer.call(() -> outer.call(outer::take)));
			assertThat(node.stats().regionsOpened()).isOne();
			outer.call(() -> {
				outer.take();
				return outer.call(outer::take);
			});
			assertThat(node.stats().regionsOpened()).isEqualTo(3);
		});
	}

	@Test
	void whenMethodIsAsynchronousTooShouldOpenOnTheThreadThatDoesTheWork() {
		run((outer, node) -> {
			CompletableFuture<MemorySegment> result = outer.inner().later();
			assertThat(result.orTimeout(30, TimeUnit.SECONDS).join().scope().isAlive()).isFalse();
			assertThat(node.stats().regionsOpened()).isOne();
		});
	}

	@Test
	void whenNoMethodHasScopeShouldNameMissingScope() {
		run((outer, node) -> assertThatExceptionOfType(MissingScopeException.class).isThrownBy(outer::take)
			.withMessageStartingWith("methodAllocator: there is no method scope on thread '")
			.withMessageContaining("@AllocatorScope"));
	}

	@Test
	void whenBeanHasNoSuchMethodShouldNotBeProxied() {
		this.contextRunner.run((context) -> {
			assertThat(AopUtils.isAopProxy(context.getBean(Outer.class))).isTrue();
			assertThat(AopUtils.isAopProxy(context.getBean(Plain.class))).isFalse();
		});
	}

	@Test
	void whenInterfacesAreProxiedShouldWork() {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("service", Service.class, OfInterface::new)
			.run((context) -> {
				Allocator allocator = context.getBean("methodAllocator", Allocator.class);
				Service service = context.getBean(Service.class);
				assertThat(AopUtils.isJdkDynamicProxy(service)).isTrue();
				assertThat(service.use(allocator).scope().isAlive()).isFalse();
			});
	}

	@Test
	void whenReactiveTypeIsReturnedShouldBeRefusedAtStartUp() {
		refused(Reactive.class, "it returns " + Flow.Publisher.class.getName());
	}

	@Test
	void whenMethodIsSuspendingShouldBeRefusedAtStartUp() {
		refused(Suspending.class, "it is a suspending function of Kotlin");
	}

	@ParameterizedTest
	@ValueSource(ints = { Ordered.HIGHEST_PRECEDENCE, 0, Ordered.LOWEST_PRECEDENCE - 1, Ordered.LOWEST_PRECEDENCE })
	void whenAsyncHasAnOrderShouldOpenScopeOnTheThreadThatDoesTheWork(int order) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class,
					MethodAllocatorAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
			.withBean("asyncProcessor", AsyncAnnotationBeanPostProcessor.class, () -> {
				AsyncAnnotationBeanPostProcessor processor = new AsyncAnnotationBeanPostProcessor();
				processor.setOrder(order);
				processor.setProxyTargetClass(true);
				return processor;
			})
			.withUserConfiguration(Beans.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				ManagedAllocator node = context.getBean(AllocatorTree.class).get("method");
				Inner inner = context.getBean(Inner.class);
				MemorySegment block = inner.later().get(30, TimeUnit.SECONDS);
				Await.until(() -> node.stats().openRegions() == 0);
				assertThat(block.scope().isAlive()).isFalse();
				assertThat(inner.call().scope().isAlive()).isFalse();
				assertThat(node.stats().regionsOpened()).isEqualTo(2);
			});
	}

	@Test
	void whenMethodCannotBeOverriddenShouldBeRefusedAtStartUp() {
		refused(Hidden.class, "it is private, static or final");
		refused(Final.class, "it is private, static or final");
	}

	private void refused(Class<?> bean, String reason) {
		this.contextRunner.withBean(bean)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidAllocatorScopeException.class)
				.hasMessageContaining("@AllocatorScope on " + bean.getName() + ".work: " + reason));
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(FreeholdAutoConfiguration.class, MethodAllocatorAutoConfiguration.class))
			.withPropertyValues("freehold.scopes.method.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("methodAllocator"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Application extends Beans {

	}

	static class Beans {

		@Bean
		Inner inner(@MethodAllocator Allocator allocator) {
			return new Inner(allocator);
		}

		@Bean
		Outer outer(@MethodAllocator Allocator allocator, Inner inner) {
			return new Outer(allocator, inner);
		}

		@Bean
		Plain plain() {
			return new Plain();
		}

	}

	static class Outer {

		private final Allocator allocator;

		private final Inner inner;

		Outer(Allocator allocator, Inner inner) {
			this.allocator = allocator;
			this.inner = inner;
		}

		Inner inner() {
			return this.inner;
		}

		MemorySegment take() {
			return this.allocator.allocate(LAYOUT);
		}

		@AllocatorScope
		public MemorySegment call(Supplier<MemorySegment> work) {
			return work.get();
		}

	}

	static class Inner {

		private final Allocator allocator;

		Inner(Allocator allocator) {
			this.allocator = allocator;
		}

		@AllocatorScope
		public MemorySegment call() {
			return this.allocator.allocate(LAYOUT);
		}

		@Async
		@AllocatorScope
		public CompletableFuture<MemorySegment> later() {
			return CompletableFuture.completedFuture(this.allocator.allocate(LAYOUT).fill((byte) 1));
		}

	}

	static class Plain {

	}

	interface Service {

		@AllocatorScope
		MemorySegment use(Allocator allocator);

	}

	static final class OfInterface implements Service {

		@Override
		public MemorySegment use(Allocator allocator) {
			return allocator.allocate(LAYOUT);
		}

	}

	static class Reactive {

		@AllocatorScope
		public Flow.Publisher<String> work() {
			return (subscriber) -> {
			};
		}

	}

	static class Suspending {

		@AllocatorScope
		public Object work(String argument, Continuation<? super String> continuation) {
			return argument;
		}

	}

	@SuppressWarnings("UnusedMethod") // but by a proxy, if that were possible
	static class Hidden {

		@AllocatorScope
		private void work() {
		}

	}

	static class Final {

		@AllocatorScope
		public final void work() {
		}

	}

}
