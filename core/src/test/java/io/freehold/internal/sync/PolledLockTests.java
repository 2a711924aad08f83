package io.freehold.internal.sync;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import io.freehold.child.ChildJvm;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PolledLockTests {

	private static final long LONG_SECONDS = 10;

	private final PolledLock lock = new PolledLock();

	@Test
	@DisplayName("a waiting virtual thread that no carrier resumes does not keep platform threads waiting")
	void lock_virtualThreadAheadStarves_platformThreadGetsIt() throws Exception {
		ChildJvm child = ChildJvm.runWith(PolledLockTests.class, List.of("-Djdk.virtualThreadScheduler.parallelism=1"));
		assertThat(child.err()).isEmpty();
		assertThat(child.out()).isEqualTo("taken");
	}

	@Test
	@SuppressWarnings("LockNotBeforeTry") // held until the waiter is interrupted
	void lock_interruptedWhileWaiting_waitsOnAndStaysInterrupted() throws Exception {
		AtomicBoolean interrupted = new AtomicBoolean();
		CountDownLatch taken = new CountDownLatch(1);
		this.lock.lock();
		Thread waiter = Thread.ofPlatform().start(() -> {
			this.lock.lock();
			try {
				interrupted.set(Thread.currentThread().isInterrupted());
				taken.countDown();
			}
			finally {
				this.lock.unlock();
			}
		});
		awaitQueued(this.lock, waiter);
		waiter.interrupt();
		assertThat(taken.await(50, TimeUnit.MILLISECONDS)).isFalse();
		this.lock.unlock();
		assertThat(taken.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
		assertThat(interrupted).isTrue();
		waiter.join();
		assertThat(this.lock.isLocked()).isFalse();
	}

	@Test
	void lock_manyThreadsOfBothKinds_excludeEachOther() throws Exception {
		int threads = 8;
		int rounds = 20_000;
		int[] count = new int[1];
		Thread[] all = new Thread[threads];
		for (int i = 0; i < threads; i++) {
			Thread.Builder builder = (i % 2 == 0) ? Thread.ofPlatform() : Thread.ofVirtual();
			all[i] = builder.start(() -> {
				for (int round = 0; round < rounds; round++) {
					this.lock.lock();
					try {
						count[0]++;
					}
					finally {
						this.lock.unlock();
					}
				}
			});
		}
		for (Thread thread : all) {
			thread.join();
		}
		assertThat(count[0]).isEqualTo(threads * rounds);
	}

	private static void awaitQueued(ReentrantLock lock, Thread thread) {
		while (!lock.hasQueuedThread(thread)) {
			Thread.onSpinWait();
		}
	}

	private static void use(ReentrantLock lock) {
		lock.lock();
		try {
			assertThat(lock.isHeldByCurrentThread()).isTrue();
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * Lets a virtual thread and then a platform thread wait for a lock, keeps the only
	 * carrier busy, and unlocks.
	 */
	@SuppressWarnings("LockNotBeforeTry") // held until there are waiters
	public static void main(String[] args) throws Exception {
		ReentrantLock lock = (args.length == 0) ? new PolledLock() : new ReentrantLock();
		lock.lock();
		Thread virtual = Thread.ofVirtual().start(() -> use(lock));
		awaitQueued(lock, virtual);
		CountDownLatch taken = new CountDownLatch(1);
		Thread platform = Thread.ofPlatform().daemon().start(() -> {
			use(lock);
			taken.countDown();
		});
		awaitQueued(lock, platform);
		occupyCarrier();
		lock.unlock();
		System.out.print(taken.await(LONG_SECONDS, TimeUnit.SECONDS) ? "taken" : "starved");
	}

	/** Keeps the carrier busy with two virtual threads that resume each other. */
	private static void occupyCarrier() throws InterruptedException {
		Semaphore ping = new Semaphore(1);
		Semaphore pong = new Semaphore(0);
		CountDownLatch rounds = new CountDownLatch(1000);
		Thread.startVirtualThread(() -> forward(ping, pong, rounds));
		Thread.startVirtualThread(() -> forward(pong, ping, rounds));
		rounds.await();
	}

	private static void forward(Semaphore from, Semaphore to, CountDownLatch rounds) {
		while (true) {
			from.acquireUninterruptibly();
			to.release();
			rounds.countDown();
		}
	}

}
