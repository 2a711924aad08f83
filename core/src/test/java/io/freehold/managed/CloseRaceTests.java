package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.probe.AllocationProbe;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All that can be going on while a node closes.
 */
class CloseRaceTests {

	private static final int ROUNDS = 300;

	/** Held on to: loggers that nobody holds forget their level. */
	private static final Logger LOG = Logger.getLogger("io.freehold");

	private final long seed = Race.seed(this);

	private final CheckingAlloc backend = new CheckingAlloc();

	@BeforeAll
	static void expectLeaks() {
		LOG.setLevel(Level.OFF);
	}

	@AfterAll
	static void logAgain() {
		LOG.setLevel(null);
	}

	GlobalAlloc backend() {
		return this.backend;
	}

	void assertAllHome() {
		this.backend.assertAllHome();
	}

	@Test
	void close_whileOthersAllocateGrowAndFree_leavesNothingBehind() {
		for (int round = 0; round < ROUNDS; round++) {
			Balance balance = new Balance();
			ManagedAllocator root = ManagedAllocator.root(backend(), (spec) -> spec.probe(balance));
			ManagedAllocator child = root.child("child", (_) -> {
			});
			long roundSeed = this.seed + round;
			Race.run(4, (thread) -> {
				if (thread == 0) {
					spin(new SplittableRandom(roundSeed).nextInt(2_000));
					root.close();
				}
				else {
					ManagedAllocator node = (thread == 1) ? root : child;
					churn(node, node::isOpen, new SplittableRandom(roundSeed + thread));
				}
			});
			assertEnded(root);
			assertEnded(child);
			balance.assertEven();
		}
		assertAllHome();
	}

	/** Every failure must be that of a closed allocator, whatever the moment. */
	private static void churn(Allocator allocator, BooleanSupplier open, SplittableRandom random) {
		while (true) {
			Layout layout = Layout.of(random.nextInt(1, 200), 8);
			Layout larger = Layout.of(layout.size() + random.nextInt(300), random.nextBoolean() ? 8 : 32);
			MemorySegment block;
			try {
				block = random.nextBoolean() ? allocator.allocate(layout) : allocator.allocateZeroed(layout);
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
				return;
			}
			try {
				MemorySegment grown = allocator.grow(block, layout, larger);
				if (random.nextBoolean()) {
					allocator.deallocate(grown, larger);
				}
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
			}
			catch (MisuseException ex) {
				// the close has returned the block meanwhile
				assertThat(open.getAsBoolean()).isFalse();
				assertThat(ex.kind()).isEqualTo(Kind.ALLOCATOR_CLOSED);
			}
			catch (IllegalStateException ex) {
				throw new AssertionError(ex);
			}
		}
	}

	@Test
	void closeOfAHeap_whileOthersAllocateGrowAndFree_leavesNothingBehind() {
		for (int round = 0; round < 2 * ROUNDS; round++) {
			Balance balance = new Balance();
			ManagedAllocator root = ManagedAllocator.root(backend(), (spec) -> spec.probe(balance));
			ManagedAllocator child = root.child("child", (_) -> {
			});
			Heap heap = child.openHeap();
			boolean alone = round % 2 == 0;
			Runnable close = alone ? heap::close : root::close;
			long roundSeed = this.seed + round;
			Race.run(5, (thread) -> {
				SplittableRandom random = new SplittableRandom(roundSeed + thread);
				if (thread == 0) {
					spin(random.nextInt(2_000));
					heap.close();
				}
				else if (thread == 1) {
					spin(random.nextInt(2_000));
					close.run();
				}
				else {
					churn(heap, heap::isOpen, random);
				}
			});
			assertThat(heap.isClosed()).as("seed %d", this.seed).isTrue();
			assertThat(heap.used()).as("seed %d", this.seed).isZero();
			assertThat(child.stats().openRegions()).isZero();
			assertThat(child.isOpen()).isEqualTo(alone);
			assertThat(child.stats().liveBlocks()).isZero();
			assertThat(root.budget().used()).isZero();
			assertThat(((Node) root).isValid()).isTrue();
			if (alone) {
				root.close();
				assertThat(root.stats().leakedBlocks()).isZero();
			}
			assertEnded(root);
			assertEnded(child);
			balance.assertEven();
		}
		assertAllHome();
	}

	@Test
	void close_whileOthersOpenHeaps_leavesNothingBehind() {
		for (int round = 0; round < ROUNDS; round++) {
			ManagedAllocator root = ManagedAllocator.root(backend(), (_) -> {
			});
			long roundSeed = this.seed + round;
			Race.run(3, (thread) -> {
				SplittableRandom random = new SplittableRandom(roundSeed + thread);
				if (thread == 0) {
					spin(random.nextInt(2_000));
					root.close();
				}
				else {
					openHeapsUntilClosed(root, random);
				}
			});
			assertEnded(root);
			assertThat(root.stats().openRegions()).isZero();
		}
		assertAllHome();
	}

	private static void openHeapsUntilClosed(ManagedAllocator root, SplittableRandom random) {
		while (true) {
			try {
				Heap heap = root.openHeap();
				for (int i = random.nextInt(3); i > 0; i--) {
					heap.allocate(Layout.ofBytes(random.nextInt(1, 10_000)));
				}
				if (random.nextBoolean()) {
					heap.close();
				}
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
				return;
			}
		}
	}

	@Test
	void close_whileOthersUseRegions_leavesNothingBehind() {
		for (int round = 0; round < ROUNDS; round++) {
			ManagedAllocator root = ManagedAllocator.root(backend(), (_) -> {
			});
			Region common = root.openSharedRegion();
			long roundSeed = this.seed + round;
			Race.run(4, (thread) -> {
				SplittableRandom random = new SplittableRandom(roundSeed + thread);
				if (thread == 0) {
					spin(random.nextInt(2_000));
					root.close();
				}
				else if (thread == 1) {
					useUntilClosed(common, random);
				}
				else {
					openUntilClosed(root, random, thread == 2);
				}
			});
			Race.await("the root is closed", root::isClosed);
			assertEnded(root);
			assertThat(root.stats().openRegions()).isZero();
		}
		assertAllHome();
	}

	private static void openUntilClosed(ManagedAllocator root, SplittableRandom random, boolean shared) {
		while (true) {
			try (Region region = shared ? root.openSharedRegion() : root.openRegion()) {
				for (int i = 0; i < 3; i++) {
					region.allocate(Layout.ofBytes(random.nextInt(1, 10_000)));
				}
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
				return;
			}
		}
	}

	private static void useUntilClosed(Region region, SplittableRandom random) {
		while (true) {
			try {
				MemorySegment block = region.allocate(Layout.ofBytes(random.nextInt(1, 10_000)));
				if (random.nextInt(10) == 0) {
					region.reset();
				}
				else if (random.nextInt(3) == 0) {
					block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
				}
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
				return;
			}
			catch (IllegalStateException ex) {
				assertThat(ex).hasMessageContaining("closed");
			}
		}
	}

	@Test
	void close_fromManyThreadsAtEveryLevel_closesEachNodeOnce() {
		for (int round = 0; round < ROUNDS; round++) {
			ManagedAllocator root = ManagedAllocator.root(backend(), (_) -> {
			});
			ManagedAllocator child = root.child("child", (_) -> {
			});
			ManagedAllocator grandchild = child.child("grandchild", (_) -> {
			});
			ConcurrentHashMap<String, AtomicLong> closed = new ConcurrentHashMap<>();
			root.addListener(new AllocatorListener() {

				@Override
				public void opened(ManagedAllocator allocator) {
				}

				@Override
				public void closed(ManagedAllocator allocator) {
					closed.computeIfAbsent(allocator.name(), (_) -> new AtomicLong()).incrementAndGet();
				}

			});
			ManagedAllocator[] nodes = { root, child, grandchild, child };
			for (ManagedAllocator node : nodes) {
				node.allocate(Layout.ofBytes(100));
			}
			Race.run(nodes.length, (thread) -> {
				nodes[thread].close();
				assertThat(nodes[thread].isClosed()).isTrue();
			});
			assertThat(closed).hasSize(3).allSatisfy((_, count) -> assertThat(count).hasValue(1));
			assertThat(root.stats().leakedBlocks()).isEqualTo(4);
			assertEnded(root);
		}
		assertAllHome();
	}

	@Test
	void close_whileChildrenAreCreated_closesThoseThatExist() {
		for (int round = 0; round < ROUNDS; round++) {
			ManagedAllocator root = ManagedAllocator.root(backend(), (_) -> {
			});
			Race.run(3, (thread) -> {
				if (thread == 0) {
					root.close();
					return;
				}
				ManagedAllocator last = root;
				try {
					for (int i = 0; i < 50; i++) {
						last = root.child("child" + thread + "-" + i, (_) -> {
						});
						last.allocate(Layout.ofBytes(10));
					}
				}
				catch (AllocationException ex) {
					assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
				}
				catch (IllegalStateException ex) {
					assertThat(root.isOpen()).isFalse();
				}
			});
			assertEnded(root);
			assertThat(root.children()).isEmpty();
		}
		assertAllHome();
	}

	private void assertEnded(ManagedAllocator node) {
		assertThat(node.isClosed()).as("seed %d", this.seed).isTrue();
		assertThat(node.budget().used()).as("seed %d", this.seed).isZero();
		assertThat(node.stats().liveBlocks()).as("seed %d", this.seed).isZero();
		assertThat(node.stats().liveBytes()).as("seed %d", this.seed).isZero();
		assertThat(((Node) node).isValid()).isTrue();
	}

	private static void spin(int times) {
		for (int i = 0; i < times; i++) {
			Thread.onSpinWait();
		}
	}

	/**
	 * A probe that expects to be told of each block twice.
	 */
	private static final class Balance implements AllocationProbe {

		private final AtomicLong blocks = new AtomicLong();

		private final AtomicLong bytes = new AtomicLong();

		@Override
		public void allocated(String allocator, long address, long size) {
			this.blocks.incrementAndGet();
			this.bytes.addAndGet(size);
		}

		@Override
		public void deallocated(String allocator, long address, long size) {
			this.blocks.decrementAndGet();
			this.bytes.addAndGet(-size);
		}

		void assertEven() {
			assertThat(this.blocks).hasValue(0);
			assertThat(this.bytes).hasValue(0);
		}

	}

}
