package io.freehold.pool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.freehold.internal.Memory;
import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.Clock;
import io.freehold.pages.BlockWord;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that use memory and wait in turn, while another thread takes the magazines of
 * those that wait as fast as it can. No block is in two hands.
 */
class WaitingThreadTests {

	private static final int THREADS = 3;

	private static final int ROUNDS = 20_000;

	private static final int BLOCKS = 12;

	private static final long ALIGNMENT = 8;

	private final Purger purger = new Purger(Duration.ofDays(1), Clock.INSTANCE);

	private final PooledBlocks blocks = new PooledBlocks(VirtualMemory.ofPlatform(), 4, 64 << 20, this.purger);

	private final AtomicInteger shared = new AtomicInteger();

	@BeforeEach
	void start() {
		this.purger.start(this.blocks);
	}

	@Test
	void tick_whileThreadsWait() throws InterruptedException {
		Thread taker = new Thread(this::take);
		taker.start();
		long seed = System.nanoTime();
		System.out.println("seed " + seed);
		SplittableRandom seeds = new SplittableRandom(seed);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			SplittableRandom random = seeds.split();
			threads.add(new Thread(() -> use(random)));
		}
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join();
		}
		taker.interrupt();
		taker.join();

		assertThat(this.shared).as("times a block was in two hands").hasValue(0);
		assertThat(this.blocks.isValid()).isTrue();
		assertThat(this.blocks.liveBytes()).isZero();
		this.blocks.trim();
		assertThat(this.blocks.committedBytes()).isZero();
	}

	private void take() {
		while (!Thread.currentThread().isInterrupted()) {
			this.blocks.threads.tick();
		}
	}

	/** Uses plain accesses only, so that the test itself orders nothing. */
	private void use(SplittableRandom random) {
		long id = Thread.currentThread().threadId();
		long[] addresses = new long[BLOCKS];
		int[] sizes = new int[BLOCKS];
		for (int round = 0; round < ROUNDS; round++) {
			for (int i = 0; i < BLOCKS; i++) {
				sizes[i] = Long.BYTES << random.nextInt(9);
				addresses[i] = this.blocks.allocate(sizes[i], ALIGNMENT, BlockWord.NO_OWNER, false);
				block(addresses[i]).set(ValueLayout.JAVA_LONG, 0, id);
			}
			pause(random);
			for (int i = 0; i < BLOCKS; i++) {
				if (block(addresses[i]).get(ValueLayout.JAVA_LONG, 0) != id
						|| !this.blocks.tryFree(addresses[i], sizes[i], ALIGNMENT, BlockWord.NO_OWNER)) {
					this.shared.incrementAndGet();
				}
			}
			pause(random);
		}
	}

	private static void pause(SplittableRandom random) {
		if (random.nextInt(4) == 0) {
			LockSupport.parkNanos(random.nextInt(100_000));
		}
	}

	private static MemorySegment block(long address) {
		return Memory.segment(address, Long.BYTES);
	}

}
