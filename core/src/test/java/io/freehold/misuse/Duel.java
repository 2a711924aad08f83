package io.freehold.misuse;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Two threads, this one and another, that do something at the same moment, again and
 * again.
 */
final class Duel {

	/** Not a measure of speed: who does not answer then never will. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int SPINS = 500;

	/** How often anybody has come to a meeting; -1 when there are no more. */
	private final AtomicInteger arrivals = new AtomicInteger();

	/** What the other thread is to do. Written before a meeting, and read after it. */
	private Callable<Long> others = () -> 0L;

	/** How it ended for the other thread. Written before a meeting, and read after it. */
	private Outcome othersOutcome = new Outcome(0, null);

	/** Runs something on a new thread, and returns what it answered or threw. */
	static <T> T on(Thread.Builder thread, Callable<T> body) throws Exception {
		return result(start(thread, body));
	}

	private static <T> Running<T> start(Thread.Builder thread, Callable<T> body) {
		FutureTask<T> task = new FutureTask<>(body);
		return new Running<>(thread.start(task), task);
	}

	/** A thread, and what it will answer. */
	private record Running<T>(Thread thread, FutureTask<T> task) {

	}

	/** Waits until the thread has ended, for what it has cached is its own until then. */
	private static <T> T result(Running<T> running) throws Exception {
		try {
			T answer = running.task().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			running.thread().join(PATIENCE);
			return answer;
		}
		catch (ExecutionException ex) {
			running.thread().join(PATIENCE);
			if (ex.getCause() instanceof Exception exception) {
				throw exception;
			}
			throw new AssertionError(ex.getCause());
		}
	}

	/**
	 * Fights some rounds.
	 * @param thread the other thread
	 * @param rounds how many
	 * @param round says what the two do, and looks at how it ended
	 */
	static void fight(Thread.Builder thread, int rounds, Round round) throws Exception {
		Duel duel = new Duel();
		Running<Boolean> other = start(thread, () -> {
			duel.serve(rounds);
			return true;
		});
		try {
			for (int i = 0; i < rounds; i++) {
				round.fight(i, duel::bout);
			}
		}
		finally {
			duel.arrivals.set(Integer.MIN_VALUE);
		}
		result(other);
	}

	private List<Outcome> bout(Callable<Long> one, Callable<Long> other) {
		this.others = other;
		meet();
		Outcome outcome = attempt(one);
		meet();
		return List.of(outcome, this.othersOutcome);
	}

	private void serve(int rounds) {
		for (int i = 0; i < rounds && meet(); i++) {
			this.othersOutcome = attempt(this.others);
			meet();
		}
	}

	/** Waits for the other one; false if it does not come any more. */
	@SuppressWarnings("ThreadPriorityCheck") // the other may need this core to arrive
	private boolean meet() {
		int arrived = this.arrivals.incrementAndGet();
		int both = arrived + (arrived & 1);
		long start = System.nanoTime();
		for (int i = 0;; i++) {
			int now = this.arrivals.get();
			if (now < 0) {
				return false;
			}
			if (now >= both) {
				return true;
			}
			if (i < SPINS) {
				Thread.onSpinWait();
			}
			else {
				if (System.nanoTime() - start > PATIENCE.toNanos()) {
					throw new AssertionError("the other thread is stuck");
				}
				Thread.yield();
			}
		}
	}

	private static Outcome attempt(Callable<Long> body) {
		try {
			return new Outcome(body.call(), null);
		}
		catch (Throwable ex) {
			return new Outcome(0, ex);
		}
	}

	/** One round. */
	@FunctionalInterface
	interface Round {

		void fight(int index, Bout bout);

	}

	/** Lets two do something at once. */
	@FunctionalInterface
	interface Bout {

		List<Outcome> of(Callable<Long> one, Callable<Long> other);

	}

	/**
	 * How it ended for one of the two.
	 *
	 * @param address what was answered
	 * @param thrown what was thrown instead
	 */
	record Outcome(long address, @Nullable Throwable thrown) {

		boolean won() {
			return this.thrown == null;
		}

	}

}
