package io.freehold.owned;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.freehold.internal.Memory;
import io.freehold.spi.GlobalAlloc;

/**
 * Threads that use memory and wait in turn. In no package of the product, so that none of
 * its methods is on their stacks while they wait.
 */
public final class WaitingUsers {

	private static final int BLOCKS = 12;

	private static final long ALIGNMENT = 8;

	private WaitingUsers() {
	}

	/**
	 * Runs threads, and returns how often one found a block in the hands of another.
	 */
	public static int run(GlobalAlloc backend, int threads, int rounds, SplittableRandom seeds)
			throws InterruptedException {
		AtomicInteger failures = new AtomicInteger();
		List<Thread> all = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			SplittableRandom random = seeds.split();
			all.add(new Thread(() -> use(backend, rounds, random, failures)));
		}
		all.forEach(Thread::start);
		for (Thread thread : all) {
			thread.join();
		}
		return failures.get();
	}

	/** Uses plain accesses only, so that the test itself orders nothing. */
	private static void use(GlobalAlloc backend, int rounds, SplittableRandom random, AtomicInteger failures) {
		long id = Thread.currentThread().threadId();
		long[] addresses = new long[BLOCKS];
		int[] sizes = new int[BLOCKS];
		for (int round = 0; round < rounds; round++) {
			for (int i = 0; i < BLOCKS; i++) {
				sizes[i] = Long.BYTES << random.nextInt(9);
				addresses[i] = backend.allocate(sizes[i], ALIGNMENT);
				block(addresses[i]).set(ValueLayout.JAVA_LONG, 0, id);
			}
			pause(random);
			for (int i = 0; i < BLOCKS; i++) {
				if (block(addresses[i]).get(ValueLayout.JAVA_LONG, 0) != id) {
					failures.incrementAndGet();
				}
				backend.deallocate(addresses[i], sizes[i], ALIGNMENT);
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
