package io.freehold.managed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that start together, and waiting with a deadline.
 */
public final class Race {

	private static final Duration DEADLINE = Duration.ofSeconds(30);

	private Race() {
	}

	/** Runs a body in several threads at once, and fails if one of them fails. */
	public static void run(int count, IntConsumer body) {
		CyclicBarrier start = new CyclicBarrier(count);
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int index = i;
			threads.add(Thread.ofPlatform().daemon().start(() -> {
				try {
					start.await();
					body.accept(index);
				}
				catch (Throwable ex) {
					failure.compareAndSet(null, ex);
				}
			}));
		}
		threads.forEach(Race::join);
		Throwable thrown = failure.get();
		if (thrown != null) {
			throw new AssertionError(thrown);
		}
	}

	/** Waits for the end of a thread. */
	public static void join(Thread thread) {
		try {
			assertThat(thread.join(DEADLINE)).as("%s has ended", thread).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Returns whether a thread waits, for a lock or for time to pass. */
	public static boolean isWaiting(Thread thread) {
		Thread.State state = thread.getState();
		return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
	}

	/** Waits until something is true. */
	public static void await(String what, BooleanSupplier condition) {
		await(what, condition, TimeUnit.MILLISECONDS.toNanos(1));
	}

	private static void await(String what, BooleanSupplier condition, long nap) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime() - start).as("waiting until " + what).isLessThan(DEADLINE.toNanos());
			LockSupport.parkNanos(nap);
		}
	}

	/**
	 * Waits until something is true, at first without giving way: what has to happen at
	 * nearly the same time does not wait for a scheduler.
	 */
	public static void spinUntil(String what, int turns, BooleanSupplier condition) {
		for (int i = 0; i < turns; i++) {
			if (condition.getAsBoolean()) {
				return;
			}
			Thread.onSpinWait();
		}
		await(what, condition, TimeUnit.MICROSECONDS.toNanos(20));
	}

	/** Returns a seed, and prints it. */
	public static long seed(Object test) {
		long seed = System.nanoTime();
		System.out.println(test.getClass().getSimpleName() + " seed " + seed);
		return seed;
	}

}
