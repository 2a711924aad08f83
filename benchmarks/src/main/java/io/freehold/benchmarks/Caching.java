package io.freehold.benchmarks;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.freehold.internal.sync.Handshake;
import io.freehold.pool.PooledAlloc;

/**
 * What the pooled allocator keeps of memory that was freed, for threads that wait and
 * after a large cache was emptied; and what a thread costs on the heap.
 */
public final class Caching {

	private static final int THREADS = 200;

	/** In the table of racks. */
	private static final long PLACES = 4096;

	private static final long MIB = 1 << 20;

	private static final long MAX_SIZE = 32 << 10;

	private Caching() {
	}

	/**
	 * Measures the scenarios named, or without arguments all.
	 */
	public static void main(String[] arguments) throws InterruptedException {
		for (Scenario scenario : Scenario.values()) {
			if (arguments.length == 0 || Set.of(arguments).contains(scenario.name())) {
				scenario.run();
			}
		}
	}

	private enum Scenario {

		/** Committed memory after a rush on threads that wait afterwards. */
		RUSH {
			@Override
			void run() throws InterruptedException {
				PooledAlloc pooled = new PooledAlloc();
				CountDownLatch end = new CountDownLatch(1);
				List<Thread> threads = start(end, (random) -> {
					for (int i = 0; i < 20_000; i++) {
						useMany(pooled, random);
					}
				});
				report(this, "right after", pooled.committedBytes() / (double) MIB, "MiB committed");
				Thread.sleep(TimeUnit.SECONDS.toMillis(30));
				report(this, "30 s later", pooled.committedBytes() / (double) MIB, "MiB committed");
				finish(end, threads);
			}
		},

		/** A thread that comes when others wait that have used each size once. */
		LATE {
			@Override
			void run() throws InterruptedException {
				PooledAlloc pooled = new PooledAlloc();
				// compiled for all that may happen
				PooledAlloc other = new PooledAlloc();
				CountDownLatch end = new CountDownLatch(1);
				List<Thread> threads = start(end, (random) -> useEachSize(other));
				newThreadPair(other);
				finish(end, threads);
				double before = newThreadPair(pooled);
				end = new CountDownLatch(1);
				threads = start(end, (random) -> useEachSize(pooled));
				double after = newThreadPair(pooled);
				report(this, "pair of a new thread", before, "ns before");
				report(this, "pair of a new thread", after, "ns after");
				finish(end, threads);
			}
		},

		/** What is cached at most while a large cache is emptied, and afterwards. */
		EMPTIED {
			@Override
			void run() throws InterruptedException {
				for (boolean inOrder : new boolean[] { false, true }) {
					empty(inOrder);
				}
			}

			private void empty(boolean inOrder) throws InterruptedException {
				PooledAlloc pooled = new PooledAlloc();
				SplittableRandom random = new SplittableRandom(1);
				List<long[]> blocks = new ArrayList<>();
				for (long bytes = 0; bytes < 1536 * MIB;) {
					long size = 1024L << random.nextInt(7);
					size = random.nextLong(size / 2, size + 1);
					blocks.add(new long[] { pooled.allocate(size, 8), size });
					bytes += size;
				}
				if (!inOrder) {
					Collections.shuffle(blocks, new Random(1));
				}
				long most = 0;
				int freed = 0;
				for (long[] block : blocks) {
					pooled.deallocate(block[0], block[1], 8);
					if (++freed > blocks.size() * 15L / 16 && freed % 64 == 0) {
						most = Math.max(most, pooled.cachedBytes());
					}
				}
				String order = inOrder ? "in order" : "at random";
				report(this, order + ", at most in the last sixteenth", most / (double) MIB, "MiB cached");
				report(this, order + ", at the end", pooled.cachedBytes() / (double) MIB, "MiB cached");
				Thread.sleep(TimeUnit.SECONDS.toMillis(1));
				report(this, order + ", 1 s later", pooled.cachedBytes() / (double) MIB, "MiB cached");
			}
		},

		/** Heap of threads that used two sizes, and of threads that may keep nothing. */
		HEAP {
			@Override
			void run() throws InterruptedException {
				measure(PooledAlloc.DEFAULT_MAX_CACHED, "two sizes once", 1);
				measure(PooledAlloc.DEFAULT_MAX_CACHED, "two sizes, 1000 blocks each", 1000);
				measure(0, "max-cached 0", 1000);
			}

			private void measure(long maxCached, String what, int blocks) throws InterruptedException {
				PooledAlloc pooled = new PooledAlloc();
				pooled.setMaxCached(maxCached);
				long[] warm = new long[1000];
				useTwoSizes(pooled, warm, warm.length);
				CountDownLatch end = new CountDownLatch(1);
				List<Thread> others = oneByOne(end, (random) -> {
				});
				long before = usedHeap();
				finish(end, others);
				others.clear();
				end = new CountDownLatch(1);
				List<Thread> threads = oneByOne(end, (random) -> useTwoSizes(pooled, warm, blocks));
				long heap = usedHeap() - before;
				report(this, what, heap / (double) THREADS, "bytes of heap for each thread");
				finish(end, threads);
			}

			// so that they do not need slabs of their own
			private List<Thread> oneByOne(CountDownLatch end, Work work) throws InterruptedException {
				List<Thread> threads = new ArrayList<>();
				for (int i = 0; i < THREADS; i++) {
					threads.addAll(start(end, 1, work));
				}
				return threads;
			}
		},

		/** Two threads whose ids meet in the table of racks. */
		COLLISION {
			@Override
			void run() throws InterruptedException {
				// the first time to have both compiled for all that may happen
				measure();
				double[] nanos = measure();
				report(this, "the first of two", nanos[0], "ns for a pair");
				report(this, "the second of two", nanos[1], "ns for a pair");
			}

			private double[] measure() throws InterruptedException {
				PooledAlloc pooled = new PooledAlloc();
				double[] nanos = new double[2];
				CountDownLatch end = new CountDownLatch(1);
				Thread first = start(end, 1, (random) -> nanos[0] = pair(pooled)).getFirst();
				Thread second = new Thread(() -> nanos[1] = pair(pooled));
				while ((second.threadId() - first.threadId()) % PLACES != 0) {
					second = new Thread(() -> nanos[1] = pair(pooled));
				}
				second.start();
				second.join();
				finish(end, List.of(first));
				return nanos;
			}
		},

		/** The longest pause of a running thread while waiting threads are asked. */
		STALL {
			@Override
			void run() throws InterruptedException {
				CountDownLatch end = new CountDownLatch(1);
				List<Thread> threads = start(end, 1000, (random) -> {
				});
				for (int round = 0; round < 2; round++) {
					stall("nothing", () -> {
					});
					stall("1,000 threads asked one by one", () -> threads
						.forEach((thread) -> Handshake.isOutside(thread, PooledAlloc.class.getPackageName())));
					stall("1,000 shared arenas closed", () -> threads.forEach((thread) -> Arena.ofShared().close()));
				}
				finish(end, threads);
			}

			private void stall(String what, Runnable work) throws InterruptedException {
				long[] longest = new long[1];
				Thread running = new Thread(() -> {
					long last = System.nanoTime();
					while (!Thread.currentThread().isInterrupted()) {
						long now = System.nanoTime();
						longest[0] = Math.max(longest[0], now - last);
						last = now;
					}
				});
				running.start();
				long start = System.nanoTime();
				for (int i = 0; i < 10; i++) {
					work.run();
				}
				double micros = (System.nanoTime() - start) / 1e4 / 1000;
				running.interrupt();
				running.join();
				report(this, what + ", each", micros, "us");
				report(this, what + ", longest pause", longest[0] / 1e3, "us");
			}
		};

		abstract void run() throws InterruptedException;

	}

	private interface Work {

		void run(SplittableRandom random);

	}

	/** Starts threads, and returns when each has done its work and waits. */
	private static List<Thread> start(CountDownLatch end, Work work) throws InterruptedException {
		return start(end, THREADS, work);
	}

	private static List<Thread> start(CountDownLatch end, int count, Work work) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(count);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			SplittableRandom random = new SplittableRandom(i);
			Thread thread = new Thread(() -> {
				work.run(random);
				done.countDown();
				await(end);
			});
			thread.start();
			threads.add(thread);
		}
		done.await();
		return threads;
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void finish(CountDownLatch end, List<Thread> threads) throws InterruptedException {
		end.countDown();
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private static void useMany(PooledAlloc pooled, SplittableRandom random) {
		long[] sizes = new long[8];
		long[] blocks = new long[8];
		for (int i = 0; i < blocks.length; i++) {
			sizes[i] = random.nextLong(16, MAX_SIZE);
			blocks[i] = pooled.allocate(sizes[i], 8);
		}
		for (int i = 0; i < blocks.length; i++) {
			pooled.deallocate(blocks[i], sizes[i], 8);
		}
	}

	private static void useEachSize(PooledAlloc pooled) {
		for (long size = 16; size <= MAX_SIZE; size += Math.max(16, Long.highestOneBit(size) / 8)) {
			pooled.deallocate(pooled.allocate(size, 8), size, 8);
		}
	}

	private static void useTwoSizes(PooledAlloc pooled, long[] blocks, int count) {
		for (long size : new long[] { 64, 256 }) {
			for (int i = 0; i < count; i++) {
				blocks[i] = pooled.allocate(size, 8);
			}
			for (int i = 0; i < count; i++) {
				pooled.deallocate(blocks[i], size, 8);
			}
		}
	}

	private static double newThreadPair(PooledAlloc pooled) throws InterruptedException {
		double[] nanos = new double[1];
		Thread thread = new Thread(() -> nanos[0] = pair(pooled));
		thread.start();
		thread.join();
		return nanos[0];
	}

	/** Returns the best of some rounds, in nanoseconds for a pair of calls. */
	private static double pair(PooledAlloc pooled) {
		double best = Double.MAX_VALUE;
		for (int round = 0; round < 20; round++) {
			int pairs = 2_000_000;
			long start = System.nanoTime();
			for (int i = 0; i < pairs; i++) {
				pooled.deallocate(pooled.allocate(1000, 8), 1000, 8);
			}
			best = Math.min(best, (System.nanoTime() - start) / (double) pairs);
		}
		return best;
	}

	private static long usedHeap() {
		Runtime runtime = Runtime.getRuntime();
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 5; i++) {
			System.gc();
			used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
		}
		return used;
	}

	private static void report(Scenario scenario, String what, double value, String unit) {
		System.out.println(String.format(Locale.ROOT, "%-10s %-45s %10.1f %s", scenario, what, value, unit));
	}

}
