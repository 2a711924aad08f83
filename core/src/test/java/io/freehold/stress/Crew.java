package io.freehold.stress;

import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * The threads of a workload: if one fails, all stop, and whoever waits for them is told
 * why. Threads may start others. Nobody waits for ever: threads that get stuck are a
 * failure as well.
 */
final class Crew {

	/** For how long the crew as a whole may pass no checkpoint. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Every thread is added before whoever starts it ends. */
	private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

	/** The first failure; set once. */
	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	/** Counts checkpoints, and ends of threads. */
	private final LongAdder progress = new LongAdder();

	/** Starts a thread. */
	void start(ThreadKind kind, Task task) {
		this.threads.add(kind.start(() -> {
			try {
				task.run();
			}
			catch (Stopped ex) {
				// because of the failure of another
			}
			catch (Throwable ex) {
				this.failure.compareAndSet(null, ex);
			}
			this.progress.increment();
		}));
	}

	/**
	 * To be called by every thread every few operations, and whenever it has waited in
	 * vain: lets others run, and does not return if one of them has failed.
	 */
	@SuppressWarnings("ThreadPriorityCheck") // virtual threads change carriers that way
	void checkpoint() {
		if (this.failure.get() != null) {
			throw new Stopped();
		}
		this.progress.increment();
		if (Thread.currentThread().isVirtual()) {
			Thread.yield();
		}
	}

	/** Pushes onto a bounded stack, waiting for room as long as nobody fails. */
	<T> void push(BlockingDeque<T> stack, T element) throws InterruptedException {
		while (!stack.offerFirst(element, 10, TimeUnit.MILLISECONDS)) {
			requireNoFailure();
		}
	}

	/** Pops from a stack; null if nothing came for a while. */
	<T> @Nullable T pop(BlockingDeque<T> stack) throws InterruptedException {
		T element = stack.pollFirst(10, TimeUnit.MILLISECONDS);
		if (element == null) {
			requireNoFailure();
		}
		return element;
	}

	private void requireNoFailure() {
		// waiting in vain is no progress
		if (this.failure.get() != null) {
			throw new Stopped();
		}
	}

	/** Waits until all threads have ended, those started meanwhile included. */
	void join() throws InterruptedException {
		Thread thread;
		while ((thread = this.threads.poll()) != null) {
			long seen = -1;
			while (!thread.join(PATIENCE)) {
				long now = this.progress.sum();
				if (now == seen) {
					stuck(thread);
				}
				seen = now;
			}
		}
		Throwable thrown = this.failure.get();
		if (thrown != null) {
			throw new AssertionError("a thread failed: " + thrown, thrown);
		}
	}

	private void stuck(Thread thread) {
		AssertionError error = new AssertionError(
				"no thread gets anywhere; one of them is at " + Arrays.toString(thread.getStackTrace()));
		Throwable earlier = this.failure.get();
		if (earlier != null) {
			error.addSuppressed(earlier);
		}
		this.failure.compareAndSet(null, error);
		throw error;
	}

	/** What a thread does. */
	@FunctionalInterface
	interface Task {

		void run() throws Exception;

	}

	/** Ends a thread because another has failed. */
	private static final class Stopped extends RuntimeException {

		Stopped() {
			super("another thread has failed", null, false, false);
		}

	}

}
