package io.freehold.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Slots;
import io.netty.util.concurrent.FastThreadLocalThread;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The pattern of the larson benchmark, a server whose threads come and go: two threads
 * replace random blocks of 8 to 999 bytes, each in a set of its own, and after a round
 * hand the set to a new thread and end.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // by JMH
public class Succession extends Workload {

	private static final int SETS = 2;

	private static final int LIVE = 5000;

	private static final int GENERATIONS = 4;

	private static final int ROUND = 50_000;

	@Param({ "NONE", "FREEHOLD_RAW", "FREEHOLD_OVER", "FREEHOLD_GLOBAL", "FREEHOLD_MANAGED", "NETTY_ADAPTIVE",
			"NETTY_ADAPTIVE_TUNED", "NETTY_POOLED", "LIBC", "LIBC_CRITICAL", "MIMALLOC_RAW", "MIMALLOC_SEGMENT",
			"JEMALLOC_RAW", "JEMALLOC_SEGMENT" })
	public Contender contender;

	private final int[] sizes = Draws.uniform(8, 1000);

	private final int[] victims = Draws.uniform(0, LIVE);

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	final Slots[] sets = new Slots[SETS];

	@Setup
	public void fill() {
		for (int set = 0; set < SETS; set++) {
			this.sets[set] = this.contender.slots(LIVE);
			for (int slot = 0; slot < LIVE; slot++) {
				this.sets[set].allocate(slot, this.sizes[slot]);
			}
		}
	}

	@Benchmark
	@OperationsPerInvocation(SETS * GENERATIONS * ROUND)
	public void replace() throws InterruptedException {
		CountDownLatch done = new CountDownLatch(SETS);
		for (Slots set : this.sets) {
			succeed(set, 0, done);
		}
		done.await();
		Throwable failure = this.failure.get();
		if (failure != null) {
			throw new IllegalStateException("a round failed", failure);
		}
	}

	@TearDown
	public void free() {
		for (Slots set : this.sets) {
			set.freeAll();
		}
	}

	private void succeed(Slots set, int generation, CountDownLatch done) {
		if (generation == GENERATIONS) {
			done.countDown();
			return;
		}
		new FastThreadLocalThread(() -> {
			try {
				round(set, generation * ROUND);
			}
			catch (Throwable ex) {
				this.failure.set(ex);
			}
			succeed(set, generation + 1, done);
		}).start();
	}

	private void round(Slots set, int start) {
		for (int i = start; i < start + ROUND; i++) {
			int draw = i & Draws.MASK;
			set.replace(this.victims[draw], this.sizes[(draw + start) & Draws.MASK]);
		}
	}

}
