package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stats.AllocatorStats;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Budgets and statistics of a tree of allocators, which its ledgers keep.
 */
class BooksTests {

	private static final Layout LAYOUT = Layout.of(64, 16);

	private final long seed = Race.seed(this);

	private final CheckingAlloc backend = new CheckingAlloc();

	private final Node root = (Node) ManagedAllocator.root(this.backend, (spec) -> spec.limit(100_000));

	private final Node child = (Node) this.root.child("child", (spec) -> spec.limit(50_000).limitPerRegion(10_000));

	private final Node grandchild = (Node) this.child.child("grandchild", (spec) -> spec.limit(20_000));

	@AfterEach
	void everythingIsHome() {
		this.root.close();
		for (Node node : List.of(this.root, this.child, this.grandchild)) {
			assertThat(node.budget().used()).isZero();
			assertThat(node.gate.ledger.liveBlocks()).isZero();
			assertThat(node.isValid()).isTrue();
		}
		this.backend.assertAllHome();
	}

	@Test
	void liveBlocks_areBlocksAndChunks() {
		MemorySegment block = this.child.allocate(LAYOUT);
		try (Region region = this.child.openRegion()) {
			region.allocate(LAYOUT);
			assertThat(this.child.gate.ledger.liveBlocks()).isEqualTo(2);
			assertThat(this.root.isValid()).isTrue();
		}
		block = this.child.grow(block, LAYOUT, Layout.of(100, 16));
		assertThat(this.child.gate.ledger.liveBlocks()).isEqualTo(1);
		assertThat(this.grandchild.gate.ledger.liveBlocks()).isZero();
		this.child.deallocate(block, Layout.of(100, 16));
		assertThat(this.child.gate.ledger.liveBlocks()).isZero();
	}

	@Test
	void refusals_areNoAllocations() {
		AllocatorStats before = this.child.stats();
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.child.allocate(Layout.ofBytes(50_001)));
		this.backend.refuse(1);
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> this.child.allocate(LAYOUT));
		AllocatorStats difference = this.child.stats().minus(before);
		assertThat(difference.allocations()).isZero();
		assertThat(difference.allocatedBytes()).isZero();
		assertThat(difference.failures()).containsOnlyKeys(Reason.LIMIT_EXCEEDED, Reason.EXHAUSTED);
		assertThat(this.root.isValid()).isTrue();
	}

	@Test
	void stats_whileTheBackendIsAskedForALargeBlock_doNotShowIt() {
		Layout large = Layout.ofBytes(1L << 40);
		AtomicReference<@Nullable ManagedAllocator> asking = new AtomicReference<>();
		List<AllocatorStats> seen = new ArrayList<>();
		ManagedAllocator allocator = ManagedAllocator.root(new GlobalAlloc() {

			@Override
			public long allocate(long size, long alignment) {
				seen.add(Objects.requireNonNull(asking.get()).stats());
				return 0;
			}

			@Override
			public void deallocate(long address, long size, long alignment) {
				throw new AssertionError("nothing was allocated");
			}

		}, (_) -> {
		});
		asking.set(allocator);
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.allocate(large));
		AllocatorStats during = seen.getFirst();
		assertThat(during.allocations()).isZero();
		assertThat(during.allocatedBytes()).isZero();
		assertThat(allocator.stats().minus(during).allocatedBytes()).isZero();
		assertThat(((Node) allocator).gate.ledger.liveBlocks()).isZero();
		allocator.close();
		assertThat(allocator.isClosed()).isTrue();
	}

	@Test
	void close_ofANode_leavesItsBytesToTheOthers() {
		this.grandchild.deallocate(this.grandchild.allocate(Layout.ofBytes(20_000)), Layout.ofBytes(20_000));
		this.child.deallocate(this.child.allocate(Layout.ofBytes(20_000)), Layout.ofBytes(20_000));
		this.grandchild.close();
		assertThat(this.grandchild.gate.ledger).hasToString("used 0 of 20000 bytes, 0 bytes retained");
		assertThat(this.root.isValid()).isTrue();
		MemorySegment all = this.root.allocate(Layout.ofBytes(100_000));
		assertThat(this.child.gate.ledger).hasToString("used 0 of 50000 bytes, 0 bytes retained");
		this.root.deallocate(all, Layout.ofBytes(100_000));
	}

	@Test
	void churn_atAllLevels_countsExactly() {
		List<Node> nodes = List.of(this.root, this.child, this.grandchild);
		AtomicLong allocations = new AtomicLong();
		AtomicLong reallocations = new AtomicLong();
		AtomicLong refusals = new AtomicLong();
		Race.run(64, (thread) -> {
			SplittableRandom random = new SplittableRandom(this.seed + thread);
			Node node = nodes.get(thread % nodes.size());
			for (int i = 0; i < 300; i++) {
				Layout layout = Layout.ofBytes(random.nextInt(1, 3_000));
				Layout larger = Layout.ofBytes(layout.size() + random.nextInt(3_000));
				try {
					MemorySegment block = node.allocate(layout);
					allocations.incrementAndGet();
					try {
						block = node.grow(block, layout, larger);
						layout = larger;
						reallocations.incrementAndGet();
					}
					finally {
						node.deallocate(block, layout);
					}
				}
				catch (AllocationException ex) {
					assertThat(ex.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
					refusals.incrementAndGet();
				}
				assertThat(node.budget().used()).isLessThanOrEqualTo(node.budget().limit());
			}
		});
		AllocatorStats sum = this.root.stats().plus(this.child.stats()).plus(this.grandchild.stats());
		assertThat(sum.allocations()).isEqualTo(sum.deallocations()).isEqualTo(allocations.get());
		assertThat(sum.reallocations()).isEqualTo(reallocations.get());
		assertThat(sum.allocatedBytes()).isEqualTo(sum.deallocatedBytes());
		assertThat(sum.failures(Reason.LIMIT_EXCEEDED)).isEqualTo(refusals.get());
		assertThat(this.root.isValid()).as("seed %d", this.seed).isTrue();
	}

}
