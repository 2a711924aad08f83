package io.freehold.spring.scope;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;

import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/**
 * A scheduler that runs tasks with a fixed delay in a {@link ThreadScope}. They are the
 * ones that its parent class runs on its own thread, past every task decorator; for all
 * others, give it the scope as a decorator.
 */
public class ThreadScopeTaskScheduler extends SimpleAsyncTaskScheduler {

	private final transient ThreadScope scope;

	/**
	 * Creates a scheduler.
	 * @param scope the scope to run tasks in
	 */
	public ThreadScopeTaskScheduler(ThreadScope scope) {
		this.scope = scope;
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Instant startTime, Duration delay) {
		return super.scheduleWithFixedDelay(this.scope.decorate(task), startTime, delay);
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Duration delay) {
		return super.scheduleWithFixedDelay(this.scope.decorate(task), delay);
	}

}
