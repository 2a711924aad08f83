package io.freehold.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Slots;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * 10,000 virtual threads each allocate 20 blocks of 16 bytes to 8 KiB, hold them while
 * others run, and free them.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // by JMH
public class VirtualThreads extends Workload {

	static final int THREADS = 10_000;

	private static final int BLOCKS = 20;

	@Param
	public Contender contender;

	private final int[] sizes = Draws.logUniformSizes(16, 8192);

	/**
	 * Returns the number of threads that freed all they had allocated.
	 */
	@Benchmark
	public int run() throws InterruptedException {
		CountDownLatch ended = new CountDownLatch(THREADS);
		AtomicInteger succeeded = new AtomicInteger();
		for (int thread = 0; thread < THREADS; thread++) {
			int start = thread * BLOCKS;
			Thread.startVirtualThread(() -> {
				try {
					task(start);
					succeeded.getAndIncrement();
				}
				finally {
					ended.countDown();
				}
			});
		}
		ended.await();
		if (succeeded.get() != THREADS) {
			throw new IllegalStateException("threads that failed: " + (THREADS - succeeded.get()));
		}
		return succeeded.get();
	}

	@SuppressWarnings("ThreadPriorityCheck") // the yield is the workload
	private void task(int start) {
		Slots slots = this.contender.slots(BLOCKS);
		for (int slot = 0; slot < BLOCKS; slot++) {
			slots.allocate(slot, this.sizes[(start + slot) & Draws.MASK]);
		}
		Thread.yield();
		for (int slot = 0; slot < BLOCKS; slot++) {
			slots.free(slot);
		}
		assert slots.live() == 0;
	}

}
