package io.freehold.spring.scope.servlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the clock of sessions goes on, whatever happens.
 */
class SessionClockTests {

	private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(1);

	private static final Duration DEADLINE = Duration.ofSeconds(30);

	private final List<Thread> started = new CopyOnWriteArrayList<>();

	private final CountDownLatch ran = new CountDownLatch(3);

	private SessionClock clock = clock(this.ran::countDown, this::thread);

	private SessionClock clock(Runnable task, ThreadFactory threads) {
		return new SessionClock(task, PERIOD, threads);
	}

	private Thread thread(Runnable task) {
		Thread thread = Thread.ofPlatform().daemon().unstarted(task);
		this.started.add(thread);
		return thread;
	}

	@AfterEach
	void whenClosedShouldEndThreads() throws InterruptedException {
		this.clock.close();
		for (Thread thread : this.started) {
			assertThat(thread.getState() == Thread.State.NEW || thread.join(DEADLINE)).isTrue();
		}
	}

	private void assertRuns() throws InterruptedException {
		assertThat(this.ran.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void whenTaskThrowsErrorsShouldRunItAgain() throws InterruptedException {
		AtomicInteger runs = new AtomicInteger();
		this.clock = clock(() -> {
			switch (runs.incrementAndGet()) {
				case 1 -> throw new OutOfMemoryError("on purpose");
				case 2 -> throw new StackOverflowError("on purpose");
				case 3 -> throw new IllegalStateException("on purpose");
				default -> this.ran.countDown();
			}
		}, this::thread);
		this.clock.ensureRunning();
		assertRuns();
		assertThat(this.started).hasSize(1);
	}

	@Test
	void whenThreadHasDiedShouldStartAnother() throws InterruptedException {
		this.clock = clock(this.ran::countDown, (task) -> thread(this.started.isEmpty() ? () -> {
		} : task));
		this.clock.ensureRunning();
		assertThat(this.started.getFirst().join(DEADLINE)).isTrue();
		this.clock.ensureRunning();
		assertRuns();
		assertThat(this.started).hasSize(2);
	}

	@Test
	void whenThreadCannotBeStartedShouldTryAgainNextTime() throws InterruptedException {
		AtomicInteger attempts = new AtomicInteger();
		this.clock = clock(this.ran::countDown, (task) -> {
			if (attempts.incrementAndGet() <= 2) {
				throw new OutOfMemoryError("unable to create native thread, on purpose");
			}
			return thread(task);
		});
		this.clock.ensureRunning();
		this.clock.ensureRunning();
		assertThat(this.started).isEmpty();
		this.clock.ensureRunning();
		assertRuns();
	}

	@Test
	void whenThreadRunsShouldNotStartAnother() throws InterruptedException {
		this.clock.ensureRunning();
		this.clock.ensureRunning();
		assertRuns();
		this.clock.ensureRunning();
		assertThat(this.started).hasSize(1);
	}

	@Test
	void whenThreadIsInterruptedShouldGoOn() throws InterruptedException {
		this.clock.ensureRunning();
		this.started.getFirst().interrupt();
		assertRuns();
		assertThat(this.started.getFirst().isInterrupted()).isFalse();
	}

	@Test
	void whenClosedShouldHaveEndedItsThread() {
		this.clock.ensureRunning();
		this.clock.close();
		assertThat(this.started.getFirst().isAlive()).isFalse();
	}

	@Test
	void whenClosedShouldNotStart() {
		this.clock.close();
		this.clock.ensureRunning();
		assertThat(this.started).isEmpty();
	}

	@Test
	void whenThereIsNothingToDoShouldEndAndStartAgain() throws InterruptedException {
		AtomicInteger work = new AtomicInteger(2);
		this.clock = new SessionClock(() -> {
			work.decrementAndGet();
			return PERIOD;
		}, () -> work.get() == 0, PERIOD, this::thread);
		this.clock.ensureRunning();
		assertThat(this.started.getFirst().join(DEADLINE)).isTrue();
		assertThat(work).hasValue(0);
		work.set(1);
		this.clock.ensureRunning();
		assertThat(this.started.getLast().join(DEADLINE)).isTrue();
		assertThat(work).hasValue(0);
		assertThat(this.started).hasSize(2);
	}

	@Test
	void whenWorkComesAsTheThreadEndsShouldNeverBeLeft() throws InterruptedException {
		AtomicInteger work = new AtomicInteger();
		this.clock = new SessionClock(() -> {
			work.set(0);
			return 1;
		}, () -> work.get() == 0, 1, this::thread);
		for (int i = 0; i < 300; i++) {
			work.set(1);
			this.clock.ensureRunning();
			long deadline = System.nanoTime() + DEADLINE.toNanos();
			while (work.get() != 0) {
				assertThat(System.nanoTime()).isLessThan(deadline);
				Thread.onSpinWait();
			}
		}
	}

}
