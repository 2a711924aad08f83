package io.freehold.spring.autoconfigure.scope;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.scope.MissingScopeException;
import io.freehold.spring.scope.ThreadScope;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatException;

class ThreadAllocatorAutoConfigurationTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class,
				ThreadAllocatorAutoConfiguration.class, ThreadSchedulerAutoConfiguration.class,
				TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class))
		.withUserConfiguration(Tasks.class);

	private ManagedAllocator node(AssertableApplicationContext context) {
		return context.getBean(AllocatorTree.class).get("thread");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenTaskIsAsynchronousShouldHaveMemoryUntilItEnds(boolean virtual) {
		this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=" + virtual).run((context) -> {
			MemorySegment block = context.getBean(Worker.class).work().get(30, TimeUnit.SECONDS);
			awaitNothingOpen(node(context));
			assertThat(block.scope().isAlive()).isFalse();
			assertThat(node(context).stats().regionsOpened()).isOne();
			assertThat(node(context).scope()).isEqualTo("thread");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenAsynchronousTaskThrowsShouldFreeItsMemory(boolean virtual) {
		this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=" + virtual).run((context) -> {
			CompletableFuture<?> result = context.getBean(Worker.class).fail();
			assertThatException().isThrownBy(() -> result.get(30, TimeUnit.SECONDS))
				.havingRootCause()
				.withMessage("on purpose");
			awaitNothingOpen(node(context));
			assertThat(node(context).stats().regionsOpened()).isOne();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenTaskIsScheduledShouldHaveMemoryOfItsOwnEachTime(boolean virtual) {
		this.contextRunner.withUserConfiguration(Schedule.class)
			.withPropertyValues("spring.threads.virtual.enabled=" + virtual)
			.run((context) -> {
				Clock worker = context.getBean(Clock.class);
				assertThat(worker.runs.await(30, TimeUnit.SECONDS)).isTrue();
				assertThat(worker.blocks.subList(0, 2)).noneMatch((block) -> block.scope().isAlive());
				assertThat(node(context).stats().regionsOpened()).isGreaterThanOrEqualTo(3);
			});
	}

	@Test
	void whenApplicationHasDecoratorShouldComposeWithIt() {
		this.contextRunner.withBean(Recorder.class).run((context) -> {
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			Allocator allocator = context.getBean("threadAllocator", Allocator.class);
			Recorder recorder = context.getBean(Recorder.class);
			recorder.allocator = allocator;
			executor.submitCompletable(() -> allocator.allocate(LAYOUT)).get(30, TimeUnit.SECONDS);
			awaitNothingOpen(node(context));
			assertThat(recorder.blocks).hasPositiveValue();
			// a single one that is asked for is the application's
			assertThat(context.getBean(TaskDecorator.class)).isSameAs(recorder);
		});
	}

	@Test
	void whenExecutorIsTheUsersShouldBeLeftAloneAndTheErrorSayWhatToDo() {
		this.contextRunner.withUserConfiguration(OwnExecutor.class).run((context) -> {
			ThreadPoolTaskExecutor executor = context.getBean("own", ThreadPoolTaskExecutor.class);
			Allocator allocator = context.getBean("threadAllocator", Allocator.class);
			CompletableFuture<?> without = executor.submitCompletable(() -> allocator.allocate(LAYOUT));
			assertThatException().isThrownBy(() -> without.get(30, TimeUnit.SECONDS))
				.havingRootCause()
				.isInstanceOf(MissingScopeException.class)
				.withMessageContaining("executor.setTaskDecorator(threadScope)");
			executor.setTaskDecorator(context.getBean(ThreadScope.class));
			executor.initialize();
			executor.submitCompletable(() -> allocator.allocate(LAYOUT)).get(30, TimeUnit.SECONDS);
			awaitNothingOpen(node(context));
		});
	}

	@Test
	void whenLimitPerInstanceIsSetShouldApplyToEachTask() {
		this.contextRunner.withPropertyValues("freehold.scopes.thread.limit-per-instance=16KB").run((context) -> {
			Allocator allocator = context.getBean("threadAllocator", Allocator.class);
			try (ThreadScope.Handle _ = context.getBean(ThreadScope.class).open()) {
				allocator.allocate(Layout.ofBytes(16 << 10));
				assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.allocate(LAYOUT));
			}
		});
	}

	@Test
	void whenAnotherAutoConfigurationHasASchedulerShouldNotTakeItsPlace() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(OtherSchedulerAutoConfiguration.class))
			.withUserConfiguration(Scheduling.class)
			.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeanNamesForType(TaskScheduler.class)).containsExactly("otherScheduler");
			});
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(FreeholdAutoConfiguration.class, ThreadAllocatorAutoConfiguration.class))
			.withPropertyValues("freehold.scopes.thread.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("threadAllocator")
				.doesNotHaveBean(ThreadScope.class));
	}

	private static void awaitNothingOpen(ManagedAllocator node) {
		Await.until(() -> node.stats().openRegions() == 0);
		assertThat(node.budget().used()).isZero();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Tasks {

		@Bean
		Worker worker(@ThreadAllocator Allocator allocator) {
			return new Worker(allocator);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	/** Sorted after Freehold's by its name. */
	@AutoConfiguration(before = TaskSchedulingAutoConfiguration.class)
	static class OtherSchedulerAutoConfiguration {

		@Bean
		TaskScheduler otherScheduler() {
			return new SimpleAsyncTaskScheduler();
		}

	}

	static class Worker {

		private final Allocator allocator;

		Worker(Allocator allocator) {
			this.allocator = allocator;
		}

		@Async
		public CompletableFuture<MemorySegment> work() {
			return CompletableFuture.completedFuture(this.allocator.allocate(LAYOUT).fill((byte) 1));
		}

		@Async
		public CompletableFuture<MemorySegment> fail() {
			this.allocator.allocate(LAYOUT);
			throw new IllegalArgumentException("on purpose");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Schedule {

		@Bean
		Clock clock(@ThreadAllocator Allocator allocator) {
			return new Clock(allocator);
		}

	}

	static class Clock {

		final List<MemorySegment> blocks = new CopyOnWriteArrayList<>();

		final CountDownLatch runs = new CountDownLatch(3);

		private final Allocator allocator;

		Clock(Allocator allocator) {
			this.allocator = allocator;
		}

		@Scheduled(fixedDelay = 1)
		void tick() {
			if (this.runs.getCount() != 0) {
				this.blocks.add(this.allocator.allocate(LAYOUT).fill((byte) 1));
				this.runs.countDown();
			}
		}

	}

	/** A decorator of the application that uses memory of the task. */
	static class Recorder implements TaskDecorator {

		final AtomicInteger blocks = new AtomicInteger();

		volatile Allocator allocator = Global.allocator();

		@Override
		public Runnable decorate(Runnable task) {
			return () -> {
				this.allocator.allocate(LAYOUT);
				this.blocks.incrementAndGet();
				task.run();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnExecutor {

		@Bean(defaultCandidate = false)
		ThreadPoolTaskExecutor own() {
			return new ThreadPoolTaskExecutor();
		}

	}

}
