package io.freehold.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * A scenario of {@link Costs}. Times of closes are wall times, with those of as many bare
 * shared arenas of the same run; all others are CPU times of the calling thread.
 */
enum CostScenario {

	/** A full root with 10,000 children refuses, again and again. */
	REFUSAL {

		@Override
		String measure(int divisor) {
			int refusals = 20_000 / divisor;
			ManagedAllocator root = full(10_000 / divisor);
			refuse(root, refusals);
			return perCall(refusals, () -> refuse(root, refusals));
		}

	},

	/** The same for a caller that has no use for the words. */
	REFUSAL_RAW {

		@Override
		String measure(int divisor) {
			int refusals = 20_000 / divisor;
			ManagedAllocator root = full(10_000 / divisor);
			GlobalAlloc raw = root.childBackend("raw", (_) -> {
			});
			refuse(raw, refusals);
			return perCall(refusals, () -> refuse(raw, refusals));
		}

	},

	/** A child at its own limit refuses, while credit is retained in 10,000 siblings. */
	REFUSAL_BESIDE_CREDIT {

		@Override
		String measure(int divisor) {
			int refusals = 20_000 / divisor;
			ManagedAllocator root = root(GIB);
			ManagedAllocator child = root.child("full", (spec) -> spec.limit(0));
			refuse(child, refusals);
			List<ManagedAllocator> siblings = children(root, 10_000 / divisor);
			retain(siblings);
			return perCall(refusals, () -> refuse(child, refusals));
		}

	},

	/** The first refusal of a root whose 10,000 children all retain credit. */
	REFUSAL_FIRST {

		@Override
		String measure(int divisor) {
			int rounds = 50;
			long[] times = new long[rounds];
			for (int i = 0; i < rounds; i++) {
				try (ManagedAllocator root = root(GIB)) {
					List<ManagedAllocator> children = children(root, 10_000 / divisor);
					children.forEach((child) -> child.allocate(BLOCK));
					retain(children);
					long start = cpu();
					refuse(root, GIB);
					times[i] = cpu() - start;
				}
			}
			return median(times) + ", CPU";
		}

		private void refuse(ManagedAllocator allocator, long bytes) {
			try {
				allocator.allocate(Layout.ofBytes(bytes));
				throw new IllegalStateException("not refused");
			}
			catch (AllocationException ex) {
				// that is what is measured
			}
		}

	},

	/** A child with one block closes beside 256 MiB of blocks of 64 bytes. */
	CLOSE_ONE_BLOCK {

		@Override
		String measure(int divisor) {
			int rounds = 50;
			ManagedAllocator root = root(GIB);
			ManagedAllocator other = root.child("other", (_) -> {
			});
			for (int i = 0; i < (256 << 20) / BLOCK.size() / divisor; i++) {
				other.allocate(BLOCK);
			}
			long[] times = new long[rounds];
			for (int i = 0; i < rounds; i++) {
				ManagedAllocator child = child(root, i);
				child.allocate(BLOCK);
				long start = System.nanoTime();
				child.close();
				times[i] = System.nanoTime() - start;
			}
			return median(times) + "; a bare arena " + median(arenas(rounds));
		}

	},

	/** A child that is never used comes and goes beside 50,000 siblings. */
	CHILD_UNUSED {

		@Override
		String measure(int divisor) {
			int rounds = 2_000 / divisor;
			ManagedAllocator root = root(GIB);
			children(root, 50_000 / divisor);
			comeAndGo(root, rounds);
			return perCall(rounds, () -> comeAndGo(root, rounds));
		}

		private void comeAndGo(ManagedAllocator root, int rounds) {
			for (int i = 0; i < rounds; i++) {
				root.child("one more", (_) -> {
				}).close();
			}
		}

	},

	/** A root closes with 20,000 children that have a block each. */
	CLOSE_ALL_WITH_BLOCKS {

		@Override
		String measure(int divisor) {
			return closeAll(20_000 / divisor, true, false);
		}

	},

	/** A root closes with 50,000 children that were never used. */
	CLOSE_ALL_UNUSED {

		@Override
		String measure(int divisor) {
			return closeAll(50_000 / divisor, false, false);
		}

	},

	/** A root closes with 50,000 children that have had a block each, freed by then. */
	CLOSE_ALL_USED {

		@Override
		String measure(int divisor) {
			return closeAll(50_000 / divisor, true, true);
		}

	},

	/**
	 * Two threads allocate and free blocks of heaps, while what the root has reserved is
	 * above its peak because of what a third allocator retains.
	 */
	NEAR_THE_PEAK {

		@Override
		String measure(int divisor) {
			int pairs = 2_000_000 / divisor;
			ManagedAllocator root = root(GIB);
			Heap first = child(root, 1).openHeap();
			Heap second = child(root, 2).openHeap();
			ManagedAllocator idle = child(root, 3);
			Layout retained = Layout.ofBytes(32 << 10);
			root.allocate(Layout.ofBytes(8 << 20));
			idle.deallocate(idle.allocate(retained), retained);
			pairs(first, second, pairs);
			long start = System.nanoTime();
			pairs(first, second, pairs);
			return String.format(Locale.ROOT, "%.0f ns for each pair, in two threads",
					(System.nanoTime() - start) / (double) pairs);
		}

		private void pairs(Heap first, Heap second, int pairs) {
			CountDownLatch done = new CountDownLatch(1);
			Thread.ofPlatform().start(() -> {
				pairs(second, pairs);
				done.countDown();
			});
			pairs(first, pairs);
			try {
				done.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private void pairs(Heap heap, int pairs) {
			for (int i = 0; i < pairs; i++) {
				heap.deallocate(heap.allocate(BLOCK), BLOCK);
			}
		}

	};

	private static final Layout BLOCK = Layout.of(64, 8);

	private static final long GIB = 1L << 30;

	private static final int ROUNDS = 3;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static final Logger LOG = Logger.getLogger("io.freehold");

	/**
	 * Measures this scenario in this JVM.
	 * @param divisor by how much smaller to make it
	 * @return the result in words
	 */
	abstract String measure(int divisor);

	private static ManagedAllocator root(long limit) {
		LOG.setLevel(Level.SEVERE);
		return ManagedAllocator.root(new PooledAlloc(), (spec) -> spec.limit(limit));
	}

	private static ManagedAllocator child(ManagedAllocator parent, int number) {
		return parent.child("child-" + number, (_) -> {
		});
	}

	private static List<ManagedAllocator> children(ManagedAllocator parent, int count) {
		List<ManagedAllocator> children = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			children.add(child(parent, i));
		}
		return children;
	}

	/** Returns a root that has no room left, for its children have a block each. */
	private static ManagedAllocator full(int count) {
		ManagedAllocator root = root(count * BLOCK.size());
		children(root, count).forEach((child) -> child.allocate(BLOCK));
		return root;
	}

	/** Has each of them retain the bytes of a block, which all had at the same time. */
	private static void retain(List<ManagedAllocator> allocators) {
		List<MemorySegment> blocks = new ArrayList<>();
		allocators.forEach((allocator) -> blocks.add(allocator.allocate(BLOCK)));
		for (int i = 0; i < blocks.size(); i++) {
			allocators.get(i).deallocate(blocks.get(i), BLOCK);
		}
	}

	private static void refuse(ManagedAllocator allocator, int times) {
		for (int i = 0; i < times; i++) {
			try {
				allocator.allocate(BLOCK);
				throw new IllegalStateException("not refused");
			}
			catch (AllocationException ex) {
				// that is what is measured
			}
		}
	}

	private static void refuse(GlobalAlloc raw, int times) {
		for (int i = 0; i < times; i++) {
			if (raw.allocate(BLOCK.size(), BLOCK.alignment()) != 0) {
				throw new IllegalStateException("not refused");
			}
		}
	}

	private static String closeAll(int count, boolean used, boolean freed) {
		long[] times = new long[ROUNDS];
		long[] bare = new long[ROUNDS];
		for (int round = 0; round < ROUNDS; round++) {
			ManagedAllocator root = root(GIB);
			for (ManagedAllocator child : children(root, count)) {
				@Nullable MemorySegment block = used ? child.allocate(BLOCK) : null;
				if (block != null && freed) {
					child.deallocate(block, BLOCK);
				}
			}
			long start = System.nanoTime();
			root.close();
			times[round] = System.nanoTime() - start;
			bare[round] = Arrays.stream(arenas(count)).sum();
		}
		return median(times) + "; as many bare arenas " + median(bare);
	}

	/** Closes shared arenas, and returns how long each took. */
	private static long[] arenas(int count) {
		List<Arena> arenas = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			arenas.add(Arena.ofShared());
		}
		long[] times = new long[count];
		for (int i = 0; i < count; i++) {
			long start = System.nanoTime();
			arenas.get(i).close();
			times[i] = System.nanoTime() - start;
		}
		return times;
	}

	private static String perCall(int calls, Runnable run) {
		long start = cpu();
		run.run();
		return String.format(Locale.ROOT, "%.2f us CPU each", (cpu() - start) / 1e3 / calls);
	}

	private static String median(long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return String.format(Locale.ROOT, "%.3f ms (median of %d, worst %.3f)", sorted[sorted.length / 2] / 1e6,
				sorted.length, sorted[sorted.length - 1] / 1e6);
	}

	private static long cpu() {
		return THREADS.getCurrentThreadCpuTime();
	}

}
