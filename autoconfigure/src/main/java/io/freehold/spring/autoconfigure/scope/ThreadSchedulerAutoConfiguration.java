package io.freehold.spring.autoconfigure.scope;

import java.util.concurrent.ScheduledExecutorService;

import io.freehold.spring.scope.ThreadScope;
import io.freehold.spring.scope.ThreadScopeTaskScheduler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.config.TaskManagementConfigUtils;
import org.springframework.scheduling.config.TaskSchedulerRouter;

/**
 * Auto-configuration for the scheduler that Spring Boot would set up for virtual threads,
 * with a difference: tasks with a fixed delay, which no decorator reaches, have a scope.
 * It comes before that of Spring Boot, but after all others that do.
 */
@AutoConfiguration(after = ThreadAllocatorAutoConfiguration.class, before = TaskSchedulingAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnThreading(Threading.VIRTUAL)
@ConditionalOnBooleanProperty(name = "freehold.scopes.thread.enabled", matchIfMissing = true)
@ConditionalOnBean(value = ThreadScope.class, search = SearchStrategy.CURRENT)
public final class ThreadSchedulerAutoConfiguration {

	@Bean(name = TaskSchedulerRouter.DEFAULT_TASK_SCHEDULER_BEAN_NAME)
	@ConditionalOnBean(name = TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME)
	@ConditionalOnMissingBean({ TaskScheduler.class, ScheduledExecutorService.class })
	SimpleAsyncTaskScheduler taskScheduler(ThreadScope scope, ObjectProvider<SimpleAsyncTaskSchedulerBuilder> builder) {
		return builder
			.getIfAvailable(() -> new SimpleAsyncTaskSchedulerBuilder().virtualThreads(true).taskDecorator(scope))
			.configure(new ThreadScopeTaskScheduler(scope));
	}

}
