package io.freehold.pool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.internal.Memory;
import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.Clock;
import io.freehold.pages.BlockWord;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that start, use memory and die, more of them than there are places near, while
 * others adopt or empty their magazines: jcstress knows no death. A rack is never in two
 * hands.
 */
class DeadThreadTests {

	private static final int ROUNDS = 4000;

	private static final int THREADS = 3;

	/** Of a class with magazines of four blocks, so that they overflow. */
	private static final long SIZE = 16;

	private static final long ALIGNMENT = 8 << 10;

	private static final int BLOCKS = 6;

	private final Purger purger = new Purger(Duration.ofDays(1), Clock.INSTANCE);

	private final PooledBlocks blocks = new PooledBlocks(VirtualMemory.ofPlatform(), 4, 64 << 20, this.purger);

	private final AtomicInteger shared = new AtomicInteger();

	@BeforeEach
	void start() {
		this.purger.start(this.blocks);
	}

	@Test
	void own_afterDeathOfOthers() throws InterruptedException {
		Thread reaper = new Thread(this::reap);
		reaper.start();
		List<Thread> dying = List.of();
		for (int round = 0; round < ROUNDS; round++) {
			// no join: the last ones die while the next ones look for the dead
			List<Thread> starting = new ArrayList<>();
			CountDownLatch together = new CountDownLatch(1);
			for (int i = 0; i < THREADS; i++) {
				starting.add(new Thread(() -> use(together)));
			}
			starting.forEach(Thread::start);
			together.countDown();
			for (Thread thread : dying) {
				thread.join();
			}
			dying = starting;
		}
		for (Thread thread : dying) {
			thread.join();
		}
		reaper.interrupt();
		reaper.join();

		assertThat(this.shared).as("times a rack or a block was in two hands").hasValue(0);
		assertThat(this.blocks.isValid()).isTrue();
		assertThat(this.blocks.liveBytes()).isZero();
		this.blocks.trim();
		this.blocks.threads.drainOwn();
		assertThat(this.blocks.committedBytes()).isZero();
	}

	private void reap() {
		while (!Thread.currentThread().isInterrupted()) {
			this.blocks.threads.reap();
			Thread.onSpinWait();
		}
	}

	/** Uses plain accesses only, so that the test itself orders nothing. */
	private void use(CountDownLatch together) {
		try {
			together.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		long id = Thread.currentThread().threadId();
		long[] addresses = new long[BLOCKS];
		for (int i = 0; i < 2; i++) {
			for (int j = 0; j < BLOCKS; j++) {
				addresses[j] = this.blocks.allocate(SIZE, ALIGNMENT, BlockWord.NO_OWNER, false);
				write(addresses[j], id);
			}
			Thread.onSpinWait();
			for (long address : addresses) {
				if (read(address) != id || !this.blocks.tryFree(address, SIZE, ALIGNMENT, BlockWord.NO_OWNER)) {
					this.shared.incrementAndGet();
				}
			}
		}
	}

	private static void write(long address, long value) {
		block(address).set(ValueLayout.JAVA_LONG, 0, value);
	}

	private static long read(long address) {
		return block(address).get(ValueLayout.JAVA_LONG, 0);
	}

	private static MemorySegment block(long address) {
		return Memory.segment(address, SIZE);
	}

}
