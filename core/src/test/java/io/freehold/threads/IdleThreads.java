package io.freehold.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;

/**
 * Threads that do their work and wait then. While they wait, no method of any package of
 * the product is on their stacks.
 */
public final class IdleThreads {

	private final List<Thread> threads = new ArrayList<>();

	private final CountDownLatch end = new CountDownLatch(1);

	/** The threads that take turns, and the one that waits for them. */
	private final Phaser turns = new Phaser(1);

	/** Starts threads, and returns when they have done their work and wait. */
	public void start(int count, Runnable work) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(count);
		for (int i = 0; i < count; i++) {
			Thread thread = new Thread(() -> {
				work.run();
				done.countDown();
				awaitEnd();
			});
			this.threads.add(thread);
			thread.start();
		}
		done.await();
		awaitIdle();
	}

	/** Starts a thread that does its work again in each {@link #turn}. */
	public void startTurns(Runnable work) {
		this.turns.register();
		Thread thread = new Thread(() -> {
			while (this.turns.arriveAndAwaitAdvance() >= 0) {
				work.run();
				this.turns.arriveAndAwaitAdvance();
			}
		});
		this.threads.add(thread);
		thread.start();
	}

	/** Lets the threads that take turns do their work; returns when all wait again. */
	public void turn() {
		this.turns.arriveAndAwaitAdvance();
		this.turns.arriveAndAwaitAdvance();
		awaitIdle();
	}

	/** A thread is idle an instant after it has said so. */
	private void awaitIdle() {
		for (Thread thread : this.threads) {
			while (thread.getState() != Thread.State.WAITING) {
				Thread.onSpinWait();
			}
		}
	}

	private void awaitEnd() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Lets all threads end. */
	public void end() throws InterruptedException {
		this.end.countDown();
		this.turns.forceTermination();
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

}
