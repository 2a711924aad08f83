package io.freehold.spring.undeploy.app;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.freehold.Allocator;
import io.freehold.global.Global;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.ThreadAllocator;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Work that nobody waits for.
 */
class Background implements SmartLifecycle {

	private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(100);

	private final Allocator named;

	private final Allocator thread;

	private final AsyncTaskExecutor executor;

	private final AtomicLong rounds = new AtomicLong();

	private volatile boolean running;

	Background(@NamedAllocator("images") Allocator named, @ThreadAllocator Allocator thread,
			@Qualifier("applicationTaskExecutor") AsyncTaskExecutor executor) {
		this.named = named;
		this.thread = thread;
		this.executor = executor;
	}

	/** How often any of it was done. */
	long rounds() {
		return this.rounds.get();
	}

	@Override
	public void start() {
		this.running = true;
		for (int i = 0; i < 2; i++) {
			this.executor.execute(() -> {
				while (this.running) {
					round();
					LockSupport.parkNanos(PAUSE);
				}
			});
			Thread.startVirtualThread(() -> {
				while (this.running) {
					Memory.use(this.named);
					Memory.use(Global.allocator());
					LockSupport.parkNanos(PAUSE);
				}
			});
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** On a scheduler, and from there on the common pool of the JVM. */
	@Scheduled(fixedRate = 20)
	void tick() {
		round();
		IntStream.range(0, 100).parallel().forEach((i) -> Memory.use(Global.allocator()));
	}

	private void round() {
		Memory.leave(this.thread);
		Memory.use(this.named);
		Memory.use(Global.allocator());
		this.rounds.incrementAndGet();
	}

}
