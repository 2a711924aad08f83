package io.freehold.pool;

import java.util.SplittableRandom;

import io.freehold.owned.WaitingUsers;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that use memory and wait in turn, while another thread takes the magazines of
 * those that wait as fast as it can. No block is in two hands.
 */
class WaitingThreadTests {

	private static final int THREADS = 3;

	private static final int ROUNDS = 20_000;

	private final PooledAlloc pooled = new PooledAlloc();

	@Test
	void tick_whileThreadsWait() throws InterruptedException {
		Thread taker = new Thread(this::take);
		taker.start();
		long seed = System.nanoTime();
		System.out.println("seed " + seed);
		SplittableRandom seeds = new SplittableRandom(seed);
		int failures = WaitingUsers.run(this.pooled, THREADS, ROUNDS, seeds);
		taker.interrupt();
		taker.join();

		assertThat(failures).as("times a block was in two hands").isZero();
		assertThat(this.pooled.isValid()).isTrue();
		assertThat(this.pooled.liveBytes()).isZero();
		this.pooled.trim();
		assertThat(this.pooled.committedBytes()).isZero();
	}

	private void take() {
		while (!Thread.currentThread().isInterrupted()) {
			this.pooled.tick();
		}
	}

}
