package io.freehold.managed;

import java.util.EnumSet;
import java.util.List;
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
import io.freehold.operations.BlockUse;
import io.freehold.operations.BlockUse.Revoked;
import io.freehold.operations.Operation;
import io.freehold.operations.OperationRecord;
import io.freehold.operations.RecordedHeap;
import io.freehold.operations.RecordedNode;
import io.freehold.operations.RecordedRegion;
import io.freehold.operations.RegionUse;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.Pattern;

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

	private final OperationRecord record = new OperationRecord();

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
			RecordedNode root = RecordedNode.root(backend(), this.record, (spec) -> spec.probe(balance));
			RecordedNode child = root.child("child", (_) -> {
			});
			long roundSeed = this.seed + round;
			Race.run(4, (thread) -> {
				if (thread == 0) {
					spin(new SplittableRandom(roundSeed).nextInt(2_000));
					root.close();
				}
				else {
					RecordedNode node = (thread == 1) ? root : child;
					churn(node, node.target()::isOpen, new SplittableRandom(roundSeed + thread));
				}
			});
			assertEnded(root.target());
			assertEnded(child.target());
			balance.assertEven();
		}
		assertAllHome();
		this.record.assertCalled(Operation.BLOCKS);
		this.record.assertCalled(EnumSet.of(Operation.ROOT, Operation.CHILD, Operation.CLOSE));
	}

	/** Every failure must be that of a closed allocator, whatever the moment. */
	private static void churn(Allocator allocator, BooleanSupplier open, SplittableRandom random) {
		while (true) {
			try {
				new BlockUse(allocator, random).run();
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
				return;
			}
			catch (MisuseException ex) {
				// the close has returned the block meanwhile
				assertThat(open.getAsBoolean()).isFalse();
				assertThat(ex.kind()).isEqualTo(Kind.ALLOCATOR_CLOSED);
			}
			catch (Revoked ex) {
				assertThat(open.getAsBoolean()).isFalse();
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
			RecordedHeap heap = new RecordedHeap(child.openHeap(), this.record);
			Heap target = heap.target();
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
					churn(heap, target::isOpen, random);
				}
			});
			assertThat(target.isClosed()).as("seed %d", this.seed).isTrue();
			assertThat(target.used()).as("seed %d", this.seed).isZero();
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
		this.record.assertCalled(Operation.BLOCKS);
		this.record.assertCalled(EnumSet.of(Operation.CLOSE_HEAP));
	}

	@Test
	void close_whileOthersOpenHeaps_leavesNothingBehind() {
		for (int round = 0; round < ROUNDS; round++) {
			RecordedNode root = RecordedNode.root(backend(), this.record, (_) -> {
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
			assertEnded(root.target());
			assertThat(root.target().stats().openRegions()).isZero();
		}
		assertAllHome();
		this.record.assertCalled(EnumSet.of(Operation.OPEN_HEAP, Operation.CLOSE_HEAP));
	}

	private static void openHeapsUntilClosed(RecordedNode root, SplittableRandom random) {
		while (true) {
			try {
				RecordedHeap heap = root.openHeap();
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
		OperationRecord confined = new OperationRecord();
		OperationRecord shared = new OperationRecord();
		for (int round = 0; round < ROUNDS; round++) {
			ManagedAllocator root = ManagedAllocator.root(backend(), (_) -> {
			});
			RecordedNode confinedRoot = RecordedNode.of(root, confined);
			RecordedNode sharedRoot = RecordedNode.of(root, shared);
			RecordedRegion common = sharedRoot.openSharedRegion();
			long roundSeed = this.seed + round;
			Race.run(4, (thread) -> {
				SplittableRandom random = new SplittableRandom(roundSeed + thread);
				switch (thread) {
					case 0 -> {
						spin(random.nextInt(2_000));
						root.close();
					}
					case 1 -> useUntilClosed(root, () -> new RegionUse(common, random).run());
					case 2 -> useUntilClosed(root, () -> use(sharedRoot.openSharedRegion(), random));
					default -> useUntilClosed(root, () -> use(confinedRoot.openRegion(), random));
				}
			});
			Race.await("the root is closed", root::isClosed);
			assertEnded(root);
			assertThat(root.stats().openRegions()).isZero();
		}
		assertAllHome();
		confined.assertCalled(EnumSet.of(Operation.OPEN_REGION));
		shared.assertCalled(EnumSet.of(Operation.OPEN_SHARED_REGION));
		for (OperationRecord record : List.of(confined, shared)) {
			record.assertCalled(Operation.BLOCKS);
			record.assertCalled(Operation.REGIONS);
		}
	}

	private static void use(RecordedRegion region, SplittableRandom random) {
		try (region) {
			new RegionUse(region, random).run();
		}
	}

	/** Every failure must be that of a closed region, whatever the moment. */
	private static void useUntilClosed(ManagedAllocator root, Runnable use) {
		while (true) {
			try {
				use.run();
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
				return;
			}
			catch (MisuseException ex) {
				// the close has ended the block meanwhile
				assertThat(root.isOpen()).isFalse();
				assertThat(ex.kind()).isEqualTo(Kind.ALLOCATOR_CLOSED);
			}
			catch (Revoked ex) {
				assertThat(root.isOpen()).isFalse();
			}
			catch (IllegalStateException ex) {
				assertThat(root.isOpen()).isFalse();
				assertThat(ex).hasMessageContaining("closed");
			}
		}
	}

	@Test
	void close_whileOthersUseAChildForRawAddresses_returnsNoneOfItsBlocks() {
		for (int round = 0; round < ROUNDS; round++) {
			RecordedNode root = RecordedNode.root(backend(), this.record, (_) -> {
			});
			GlobalAlloc child = root.childBackend("child", (_) -> {
			});
			long roundSeed = this.seed + round;
			Race.run(3, (thread) -> {
				SplittableRandom random = new SplittableRandom(roundSeed + thread);
				if (thread == 0) {
					spin(random.nextInt(2_000));
					root.close();
				}
				else {
					useRaw(child, random);
				}
			});
			assertThat(root.target().isClosed()).isTrue();
			assertThat(root.target().budget().used()).isZero();
		}
		assertAllHome();
		this.record.assertCalled(Operation.BACKENDS);
		this.record.assertCalled(EnumSet.of(Operation.CHILD_BACKEND));
	}

	/** Its users do not know the tree: for them nothing ends. */
	private static void useRaw(GlobalAlloc child, SplittableRandom random) {
		for (int i = 0; i < 30; i++) {
			long size = random.nextLong(1, 200);
			long cookie = random.nextLong();
			long address = random.nextBoolean() ? child.allocate(size, 8) : child.allocateZeroed(size, 8);
			Pattern.fill(address, size, cookie);
			long newSize = random.nextLong(1, 500);
			address = child.reallocate(address, size, 8, newSize);
			Pattern.verify(address, Math.min(size, newSize), size, cookie);
			child.deallocate(address, newSize, 8);
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
