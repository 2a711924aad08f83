package io.freehold.spring.autoconfigure.scope;

import java.util.concurrent.ScheduledExecutorService;

import io.freehold.Allocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.autoconfigure.FreeholdProperties;
import io.freehold.spring.scope.ThreadScope;
import io.freehold.spring.scope.ThreadScopeTaskScheduler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.config.TaskManagementConfigUtils;
import org.springframework.scheduling.config.TaskSchedulerRouter;

/**
 * Auto-configuration for the allocator of tasks. Backs off if there is a bean named
 * {@code threadAllocator}.
 */
@AutoConfiguration(after = FreeholdAutoConfiguration.class, before = TaskSchedulingAutoConfiguration.class)
@ConditionalOnBean(value = AllocatorTree.class, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty(name = "freehold.scopes.thread.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = "threadAllocator", search = SearchStrategy.CURRENT)
public final class ThreadAllocatorAutoConfiguration {

	/**
	 * A task decorator like any other, but no rival where one is asked for.
	 */
	@Bean
	@Fallback
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ThreadScope threadScope() {
		return new ThreadScope();
	}

	@Bean(defaultCandidate = false)
	@Fallback
	@ThreadAllocator
	Allocator threadAllocator(ThreadScope scope, AllocatorTree tree, FreeholdProperties properties) {
		FreeholdProperties.Scope limits = properties.scopes().thread();
		return scope.allocator("threadAllocator", tree.addScope("thread", limits.limit(), limits.limitPerInstance()));
	}

	/**
	 * The scheduler that Spring Boot would set up for virtual threads, but for tasks with
	 * a fixed delay, which no decorator reaches.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnThreading(Threading.VIRTUAL)
	@ConditionalOnBean(name = TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME)
	@ConditionalOnMissingBean({ TaskScheduler.class, ScheduledExecutorService.class })
	static class VirtualThreadTaskSchedulerConfiguration {

		@Bean(name = TaskSchedulerRouter.DEFAULT_TASK_SCHEDULER_BEAN_NAME)
		SimpleAsyncTaskScheduler taskScheduler(ThreadScope scope,
				ObjectProvider<SimpleAsyncTaskSchedulerBuilder> builder) {
			return builder
				.getIfAvailable(() -> new SimpleAsyncTaskSchedulerBuilder().virtualThreads(true).taskDecorator(scope))
				.configure(new ThreadScopeTaskScheduler(scope));
		}

	}

}
