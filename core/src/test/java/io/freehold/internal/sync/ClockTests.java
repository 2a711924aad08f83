package io.freehold.internal.sync;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.managed.Sneaky;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClockTests {

	private static final long MILLISECOND = 1_000_000;

	private final AtomicInteger started = new AtomicInteger();

	private final AtomicInteger refusals = new AtomicInteger();

	private final Clock clock = new Clock(new Daemons());

	/** Refuses to make the first threads, if told so. */
	private final class Daemons implements ThreadFactory {

		@Override
		public @Nullable Thread newThread(Runnable task) {
			if (ClockTests.this.refusals.getAndDecrement() > 0) {
				throw new OutOfMemoryError("unable to create native thread, on purpose");
			}
			ClockTests.this.started.incrementAndGet();
			return Thread.ofPlatform().daemon().unstarted(task);
		}

	}

	/** Throws so many times, then is done after so many runs. */
	private static final class CountedTask extends Clock.Task {

		private final int runs;

		private final @Nullable Throwable error;

		private final AtomicInteger ran = new AtomicInteger();

		private final CountDownLatch done = new CountDownLatch(1);

		CountedTask(int runs, @Nullable Throwable error) {
			this.runs = runs;
			this.error = error;
		}

		@Override
		protected long run() {
			int count = this.ran.incrementAndGet();
			if (count == 1 && this.error != null) {
				Sneaky.raise(this.error);
			}
			if (count < this.runs) {
				return MILLISECOND;
			}
			this.done.countDown();
			return DONE;
		}

		void await() throws InterruptedException {
			assertThat(this.done.await(30, TimeUnit.SECONDS)).isTrue();
		}

	}

	@Test
	void schedule_runsUntilDone_andOneThreadServesAll() throws InterruptedException {
		CountedTask one = new CountedTask(3, null);
		CountedTask two = new CountedTask(5, null);
		this.clock.schedule(one, 2 * MILLISECOND);
		this.clock.schedule(two, MILLISECOND);
		one.await();
		two.await();
		assertThat(one.ran).hasValue(3);
		assertThat(two.ran).hasValue(5);
		assertThat(this.started).hasValue(1);
	}

	@Test
	void run_throws_isRunAgain() throws InterruptedException {
		for (Throwable error : new Throwable[] { new OutOfMemoryError("on purpose"),
				new StackOverflowError("on purpose"), new IOException("on purpose") }) {
			CountedTask task = new CountedTask(2, error);
			this.clock.schedule(task, 0);
			task.await();
			assertThat(task.ran).hasValue(2);
		}
		assertThat(this.started).hasValue(1);
	}

	@Test
	void schedule_noThread_staysListed() throws InterruptedException {
		this.refusals.set(2);
		CountedTask task = new CountedTask(1, null);
		this.clock.schedule(task, 0);
		assertThat(this.clock.isRunning()).isFalse();
		this.clock.keepGoing();
		assertThat(this.clock.isRunning()).isFalse();
		this.clock.keepGoing();
		task.await();
	}

	@Test
	void schedule_earlier_movesForward() throws InterruptedException {
		CountedTask task = new CountedTask(1, null);
		this.clock.schedule(task, TimeUnit.DAYS.toNanos(1));
		this.clock.schedule(task, MILLISECOND);
		task.await();
	}

	@Test
	void nothingListed_threadEnds_andStartsAgain() throws InterruptedException {
		CountedTask task = new CountedTask(1, null);
		this.clock.schedule(task, 0);
		task.await();
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (this.clock.isRunning()) {
			assertThat(System.nanoTime()).isLessThan(deadline);
			Pause.nap(MILLISECOND);
		}
		CountedTask next = new CountedTask(1, null);
		this.clock.schedule(next, 0);
		next.await();
		assertThat(this.started).hasValue(2);
	}

}
