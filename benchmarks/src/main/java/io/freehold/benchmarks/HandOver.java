package io.freehold.benchmarks;

import java.util.stream.Stream;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Slots;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Control;

/**
 * One thread allocates blocks of 64 bytes in batches of 256, another frees them. The
 * slower of the two decides, so that the scores of both are the time per block passed.
 *
 * <p>
 * Waiting is spinning, with a yield now and then: on a busy machine the other thread may
 * be waiting for this one's processor. A thread whose iteration is over goes on serving
 * the other as long as it need not wait, which is what lets the other reach the end of
 * its iteration.
 */
@State(Scope.Group)
@SuppressWarnings("NullAway.Init") // by JMH
public class HandOver extends Workload {

	private static final int BATCH = 256;

	private static final int BATCHES = 32;

	private static final int SIZE = 64;

	private static final int SPINS_PER_YIELD = 1024;

	@Param({ "NONE", "FREEHOLD_RAW", "FREEHOLD_OVER", "FREEHOLD_GLOBAL", "FREEHOLD_MANAGED", "NETTY_ADAPTIVE",
			"NETTY_ADAPTIVE_TUNED", "NETTY_POOLED", "LIBC", "LIBC_CRITICAL", "MIMALLOC_RAW", "MIMALLOC_SEGMENT",
			"JEMALLOC_RAW", "JEMALLOC_SEGMENT" })
	public Contender contender;

	Batches batches;

	@Setup
	public void open() {
		this.batches = new Batches(
				Stream.generate(() -> this.contender.slots(BATCH)).limit(BATCHES).toArray(Slots[]::new));
	}

	@Benchmark
	@Group("handOver")
	@OperationsPerInvocation(BATCH)
	public void produce(Control control) {
		Slots batch = this.batches.nextEmpty();
		for (int spins = 0; batch == null; spins++) {
			if (control.stopMeasurement) {
				return;
			}
			pause(spins);
			batch = this.batches.nextEmpty();
		}
		fill(batch);
	}

	@Benchmark
	@Group("handOver")
	@OperationsPerInvocation(BATCH)
	public void consume(Control control) {
		Slots batch = this.batches.nextFull();
		for (int spins = 0; batch == null; spins++) {
			if (control.stopMeasurement) {
				return;
			}
			pause(spins);
			batch = this.batches.nextFull();
		}
		empty(batch);
	}

	@TearDown(Level.Iteration)
	public void drain() {
		for (@Nullable
		Slots batch = this.batches.nextFull(); batch != null; batch = this.batches.nextFull()) {
			empty(batch);
		}
	}

	@SuppressWarnings("ThreadPriorityCheck") // correct without the yield, but slower
	private static void pause(int spins) {
		if (spins % SPINS_PER_YIELD == SPINS_PER_YIELD - 1) {
			Thread.yield();
		}
		else {
			Thread.onSpinWait();
		}
	}

	private void fill(Slots batch) {
		for (int slot = 0; slot < BATCH; slot++) {
			batch.allocate(slot, SIZE);
		}
		this.batches.filled();
	}

	private void empty(Slots batch) {
		for (int slot = 0; slot < BATCH; slot++) {
			batch.free(slot);
		}
		this.batches.emptied();
	}

}
