package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stats.AllocatorStats;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The books of heaps, and what they make of each other's blocks.
 */
class HeapTests {

	private static final Layout LAYOUT = Layout.of(64, 16);

	private final long seed = Race.seed(this);

	private final CheckingAlloc backend = new CheckingAlloc();

	private final ManagedAllocator root = ManagedAllocator.root(backend(), (spec) -> spec.limit(100_000));

	private final ManagedAllocator sessions = this.root.child("sessions", (spec) -> spec.limitPerRegion(2_000));

	final Heap heap = this.sessions.openHeap();

	/** Called once, while this object is created. */
	GlobalAlloc backend() {
		return this.backend;
	}

	void assertAllHome() {
		this.backend.assertAllHome();
	}

	@AfterEach
	void everythingIsHome() {
		assertValid();
		this.heap.close();
		assertThat(this.heap.used()).isZero();
		assertValid();
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.root.budget().used()).isZero();
		AllocatorStats stats = this.sessions.stats();
		assertThat(stats.liveBlocks()).isZero();
		assertThat(stats.liveBytes()).isZero();
		assertThat(stats.openRegions()).isZero();
		assertThat(stats.leakedBlocks()).isZero();
		assertValid();
		assertAllHome();
	}

	private void assertValid() {
		assertThat(((Node) this.root).isValid()).isTrue();
	}

	private static ThrowableAssertAlternative<AllocationException> assertRefused(Reason reason, ThrowingCallable call) {
		return assertThatExceptionOfType(AllocationException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	private static ThrowableAssertAlternative<MisuseException> assertMisuse(Kind kind, ThrowingCallable call) {
		return assertThatExceptionOfType(MisuseException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind));
	}

	@Test
	void openHeap_isARegionInTheStatistics_andCallsNoBackend() {
		AllocatorStats before = this.sessions.stats();
		assertThat(before.regionsOpened()).isEqualTo(1);
		try (Heap other = this.sessions.openHeap()) {
			assertThat(other.isOpen()).isTrue();
			assertThat(this.sessions.stats().openRegions()).isEqualTo(2);
		}
		assertThat(this.sessions.stats().minus(before))
			.isEqualTo(new AllocatorStats(0, 0, 0, 0, 0, 1, 1, 0, 0, Map.of()));
		assertThat(this.backend.calls()).isZero();
	}

	@Test
	void blocks_countInTheAllocatorAndItsAncestors() {
		MemorySegment block = this.heap.allocate(LAYOUT);
		MemorySegment zeroed = this.heap.allocateZeroed(Layout.ofBytes(100));
		assertThat(this.heap.used()).isEqualTo(164);
		assertThat(this.sessions.budget().used()).isEqualTo(164);
		assertThat(this.root.budget().used()).isEqualTo(164);
		assertValid();
		block = this.heap.grow(block, LAYOUT, Layout.of(200, 16));
		block = this.heap.shrink(block, Layout.of(200, 16), Layout.of(40, 32));
		assertThat(this.heap.used()).isEqualTo(140);
		assertThat(this.root.budget().used()).isEqualTo(140);
		this.heap.deallocate(zeroed, Layout.ofBytes(100));
		assertThat(this.heap.used()).isEqualTo(40);
		AllocatorStats stats = this.sessions.stats();
		assertThat(stats.allocations()).isEqualTo(2);
		assertThat(stats.deallocations()).isEqualTo(1);
		assertThat(stats.reallocations()).isEqualTo(2);
		assertThat(stats.allocatedBytes()).isEqualTo(300);
		assertThat(stats.deallocatedBytes()).isEqualTo(260);
		assertThat(this.root.stats().allocations()).isZero();
		this.heap.deallocate(block, Layout.of(40, 32));
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	void limitPerRegion_isEachHeapsOwn_toTheByte() {
		try (Heap other = this.sessions.openHeap()) {
			MemorySegment block = this.heap.allocate(Layout.ofBytes(1_900));
			assertRefused(Reason.LIMIT_EXCEEDED, () -> this.heap.allocate(Layout.ofBytes(101)))
				.withMessageContainingAll("root/sessions: ",
						"limit exceeded; root/sessions heap: limit 2000, used 1900, asked 101 <- does not fit",
						"; root/sessions: limit unlimited, used 1900, asked 101; root: limit 100000");
			assertRefused(Reason.LIMIT_EXCEEDED,
					() -> this.heap.growZeroed(block, Layout.ofBytes(1_900), Layout.ofBytes(2_001)))
				.withMessageContaining("root/sessions heap: limit 2000, used 1900, asked 101 <- does not fit");
			other.allocate(Layout.ofBytes(2_000));
			this.heap.allocate(Layout.ofBytes(50));
			MemorySegment grown = this.heap.grow(block, Layout.ofBytes(1_900), Layout.ofBytes(1_950));
			assertThat(this.heap.used()).isEqualTo(2_000);
			assertRefused(Reason.LIMIT_EXCEEDED, () -> this.heap.allocate(Layout.ofBytes(1)));
			this.heap.deallocate(grown, Layout.ofBytes(1_950));
			this.heap.allocate(Layout.ofBytes(1_950));
			assertThat(this.sessions.stats().failures()).containsOnlyKeys(Reason.LIMIT_EXCEEDED);
			assertThat(this.sessions.stats().failures(Reason.LIMIT_EXCEEDED)).isEqualTo(3);
		}
	}

	@Test
	void limitOfAnAncestor_isKeptWithWhatTheAllocatorRetains() {
		// leaves credit behind, which must not make the heap be refused
		Layout most = Layout.ofBytes(60_000);
		this.sessions.deallocate(this.sessions.allocate(most), most);
		this.root.budget().setLimit(2_500);
		this.heap.allocate(Layout.ofBytes(1_500));
		try (Heap other = this.sessions.openHeap()) {
			other.allocate(Layout.ofBytes(1_000));
			assertRefused(Reason.LIMIT_EXCEEDED, () -> other.allocate(Layout.ofBytes(1))).withMessageContainingAll(
					"root/sessions heap: limit 2000, used 1000, asked 1;",
					"root: limit 2500, used 2500, asked 1 <- does not fit");
			assertThat(other.used()).isEqualTo(1_000);
		}
	}

	@Test
	void withoutALimit_theOnlyLimitsAreThoseOfTheTree() {
		try (Heap unlimited = this.root.openHeap()) {
			unlimited.allocate(Layout.ofBytes(100_000));
			assertThat(unlimited.used()).isEqualTo(100_000);
			assertRefused(Reason.LIMIT_EXCEEDED, () -> unlimited.allocate(Layout.ofBytes(1)));
			assertRefused(Reason.UNSUPPORTED_LAYOUT, () -> unlimited.allocate(Layout.of(Gate.MAX_SIZE, 1)));
		}
	}

	@Test
	void zeroSize_costsNothing() {
		MemorySegment nothing = this.heap.allocate(Layout.of(0, 32));
		assertThat(nothing.address()).isEqualTo(32);
		assertThat(this.heap.allocateZeroed(Layout.of(0, 8)).address()).isEqualTo(8);
		this.heap.deallocate(nothing, Layout.of(0, 32));
		assertThat(this.heap.used()).isZero();
		assertThat(this.sessions.stats().allocations()).isZero();
		MemorySegment grown = this.heap.growZeroed(nothing, Layout.of(0, 32), LAYOUT);
		assertThat(grown.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
		assertThat(this.heap.shrink(grown, LAYOUT, Layout.of(0, 16)).address()).isEqualTo(16);
		assertThat(this.heap.used()).isZero();
	}

	@Test
	void blocksOfOthers_areTheWrongAllocators() {
		try (Heap other = this.sessions.openHeap(); Region region = this.sessions.openRegion()) {
			MemorySegment block = this.heap.allocate(LAYOUT).fill((byte) 5);
			MemorySegment nodes = this.sessions.allocate(LAYOUT);
			MemorySegment chunk = region.allocate(Layout.of(1_000, 64));
			for (Allocator wrong : List.of(other, this.sessions, this.root)) {
				assertMisuse(Kind.WRONG_ALLOCATOR, () -> wrong.deallocate(block, LAYOUT))
					.withMessageContaining("it belongs to a heap of root/sessions");
				assertMisuse(Kind.WRONG_ALLOCATOR, () -> wrong.grow(block, LAYOUT, Layout.of(96, 16)));
				assertMisuse(Kind.WRONG_ALLOCATOR, () -> wrong.shrink(block, LAYOUT, Layout.of(0, 16)));
			}
			assertMisuse(Kind.UNKNOWN_BLOCK, () -> region.deallocate(block, LAYOUT));
			for (Heap wrong : List.of(other, this.heap)) {
				assertMisuse(Kind.WRONG_ALLOCATOR, () -> wrong.deallocate(nodes, LAYOUT))
					.withMessageStartingWith("root/sessions: ")
					.withMessageContaining("it belongs to root/sessions");
				assertMisuse(Kind.WRONG_ALLOCATOR, () -> wrong.deallocate(chunk, Layout.of(1_000, 64)))
					.withMessageContaining("a region of root/sessions");
			}
			assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(5);
			this.heap.deallocate(block, LAYOUT);
			this.sessions.deallocate(nodes, LAYOUT);
			assertThat(other.used()).isZero();
		}
	}

	@Test
	void backendRefusal_changesNothing() {
		CheckingAlloc refusing = new CheckingAlloc();
		ManagedAllocator node = ManagedAllocator.root(refusing, (_) -> {
		});
		Heap refused = node.openHeap();
		MemorySegment block = refused.allocate(LAYOUT).fill((byte) 3);
		for (ThrowingCallable call : List.<ThrowingCallable>of(() -> refused.allocate(LAYOUT),
				() -> refused.allocateZeroed(LAYOUT), () -> refused.grow(block, LAYOUT, Layout.of(1_000, 16)),
				() -> refused.growZeroed(block, LAYOUT, Layout.of(1_000, 32)),
				() -> refused.shrink(block, LAYOUT, Layout.of(8, 128)))) {
			refusing.refuse(1);
			assertRefused(Reason.EXHAUSTED, call).withMessageContaining("backend checking refused");
			assertThat(refused.used()).isEqualTo(64);
			assertThat(node.budget().used()).isEqualTo(64);
			assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(3);
			assertThat(((Node) node).isValid()).isTrue();
		}
		refused.deallocate(block, LAYOUT);
		node.close();
		refusing.assertAllHome();
	}

	@Test
	void manyHeaps_closeOneByOne_andLeaveTheOthersAlone() {
		List<Heap> heaps = new ArrayList<>();
		List<MemorySegment> blocks = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			Heap each = this.sessions.openHeap();
			heaps.add(each);
			blocks.add(each.allocate(LAYOUT).fill((byte) i));
			each.allocate(Layout.ofBytes(100));
		}
		assertThat(this.sessions.stats().openRegions()).isEqualTo(201);
		for (int i = 0; i < 200; i++) {
			assertThat(blocks.get(i).toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) i);
			heaps.get(i).close();
			assertThat(blocks.get(i).scope().isAlive()).isFalse();
			assertThat(this.sessions.budget().used()).isEqualTo((199 - i) * 164L);
		}
	}

	@Test
	void threadsAtOnce_exceedNoLimitAndAreRefusedOnlyWhatDoesNotFit() {
		int threads = 8;
		AtomicLong refusals = new AtomicLong();
		for (int round = 0; round < 20; round++) {
			long roundSeed = this.seed + round;
			// a share each always fits; the first one asks for more
			long share = 2_000 / threads;
			Race.run(threads, (thread) -> {
				SplittableRandom random = new SplittableRandom(roundSeed + thread);
				for (int i = 0; i < 200; i++) {
					Layout layout = Layout.ofBytes(1 + random.nextLong(share / 2));
					Layout larger = Layout.ofBytes(layout.size() + random.nextLong(share / 2));
					MemorySegment block = this.heap.allocate(layout);
					assertThat(this.heap.used()).isBetween(layout.size(), 2_000L);
					this.heap.deallocate(this.heap.grow(block, layout, larger), larger);
				}
			});
			assertThat(this.heap.used()).isZero();
			Race.run(threads, (thread) -> {
				SplittableRandom random = new SplittableRandom(roundSeed - thread);
				for (int i = 0; i < 50; i++) {
					Layout layout = Layout.ofBytes(1 + random.nextLong(1_000));
					try {
						MemorySegment block = this.heap.allocate(layout);
						assertThat(this.heap.used()).isBetween(layout.size(), 2_000L);
						this.heap.deallocate(block, layout);
					}
					catch (AllocationException ex) {
						assertThat(ex.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
						refusals.incrementAndGet();
					}
				}
			});
			assertThat(this.heap.used()).as("seed %d", this.seed).isZero();
		}
		assertThat(this.sessions.stats().failures(Reason.LIMIT_EXCEEDED)).isEqualTo(refusals.get());
		assertThat(this.sessions.stats().liveBlocks()).isZero();
	}

}
