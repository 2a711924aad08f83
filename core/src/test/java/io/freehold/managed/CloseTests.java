package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.probe.AllocationProbe;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * How a node ends.
 */
class CloseTests {

	private static final Layout LAYOUT = Layout.of(64, 16);

	private static final Layout HELD = Layout.ofBytes(BlockedCall.SIZE);

	private final CheckingAlloc backend = new CheckingAlloc();

	private final ManagedAllocator root = ManagedAllocator.root(backend(), (_) -> {
	});

	private final List<String> events = new ArrayList<>();

	/** Called once, while this object is created. */
	GlobalAlloc backend() {
		return this.backend;
	}

	void assertAllHome() {
		this.backend.assertAllHome();
	}

	void assertNothingReturned() {
		assertThat(this.backend.frees()).isZero();
	}

	@AfterEach
	void everythingIsHome() {
		this.root.close();
		Race.await("the root is closed", this.root::isClosed);
		assertThat(this.root.budget().used()).isZero();
		assertThat(this.root.stats().liveBlocks()).isZero();
		assertThat(this.root.stats().liveBytes()).isZero();
		assertThat(((Node) this.root).isValid()).isTrue();
		assertAllHome();
	}

	@Test
	void close_refusesWhatComesAfterIt() {
		MemorySegment block = this.root.allocate(LAYOUT);
		this.root.close();
		assertThat(this.root.isOpen()).isFalse();
		assertThat(this.root.isClosed()).isTrue();
		assertClosed(() -> this.root.allocate(LAYOUT));
		assertClosed(() -> this.root.allocateZeroed(LAYOUT));
		assertClosed(this.root::openRegion);
		assertClosed(this.root::openSharedRegion);
		assertThatIllegalStateException().isThrownBy(() -> this.root.child("late", (_) -> {
		})).withMessageContaining("root").withMessageContaining("late");
		assertThatIllegalStateException().isThrownBy(() -> this.root.childBackend("late", (_) -> {
		}));
		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> this.root.grow(block, LAYOUT, Layout.of(128, 16)));
		assertThat(this.root.stats().failures(Reason.CLOSED)).isEqualTo(4);
		assertThat(this.root.stats().openRegions()).isZero();
	}

	@Test
	void close_zeroSize_isStillServed() {
		this.root.close();
		assertThat(this.root.allocate(Layout.of(0, 32)).address()).isEqualTo(32);
	}

	@Test
	void close_revokesEverySegment() {
		MemorySegment block = this.root.allocate(LAYOUT);
		MemorySegment slice = block.asSlice(8, 8);
		MemorySegment grown = this.root.grow(this.root.allocate(LAYOUT), LAYOUT, Layout.of(200, 16));
		this.root.close();
		for (MemorySegment segment : List.of(block, slice, grown)) {
			assertThat(segment.scope().isAlive()).isFalse();
			assertThatIllegalStateException().isThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0));
			assertThatIllegalStateException().isThrownBy(() -> segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
		}
	}

	@Test
	void close_childrenFirst_andAParentClosesWhatIsBelow() {
		ManagedAllocator child = this.root.child("child", (_) -> {
		});
		ManagedAllocator grandchild = child.child("grandchild", (_) -> {
		});
		grandchild.allocate(LAYOUT);
		this.root.addListener(new AllocatorListener() {

			@Override
			public void opened(ManagedAllocator allocator) {
			}

			@Override
			public void closed(ManagedAllocator allocator) {
				CloseTests.this.events.add(allocator.name() + " " + allocator.budget().used());
			}

		});
		this.root.close();
		assertThat(this.events).containsExactly("root/child/grandchild 0", "root/child 0", "root 0");
		assertThat(grandchild.isClosed()).isTrue();
		assertThat(this.root.children()).isEmpty();
	}

	@Test
	void close_childAlone_leavesTheParentOpenAndTheNameFree() {
		ManagedAllocator child = this.root.child("child", (_) -> {
		});
		MemorySegment own = this.root.allocate(LAYOUT);
		child.allocate(LAYOUT);
		child.close();
		own.set(ValueLayout.JAVA_INT, 0, 7);
		assertThat(this.root.budget().used()).isEqualTo(64);
		this.root.child("child", (_) -> {
		}).allocate(LAYOUT);
		assertThat(this.root.budget().used()).isEqualTo(128);
		this.root.deallocate(own, LAYOUT);
	}

	@Test
	void close_again_doesNothing() {
		this.root.allocate(LAYOUT);
		this.root.close();
		int calls = this.backend.calls();
		this.root.close();
		assertThat(this.backend.calls()).isEqualTo(calls);
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(1);
	}

	@Test
	void close_liveBlocks_areCountedAsLeaksHereAndAtTheNearestOpenAncestor() {
		ManagedAllocator child = this.root.child("child", (_) -> {
		});
		ManagedAllocator grandchild = child.child("grandchild", (_) -> {
		});
		grandchild.allocate(LAYOUT);
		grandchild.allocate(Layout.of(36, 4));
		grandchild.close();
		for (ManagedAllocator node : List.of(grandchild, child)) {
			assertThat(node.stats().leakedBlocks()).isEqualTo(2);
			assertThat(node.stats().leakedBytes()).isEqualTo(100);
		}
		assertThat(this.root.stats().leakedBlocks()).isZero();
		child.close();
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(2);
	}

	@Test
	void close_liveBlocksExpected_areNoLeaks() {
		ManagedAllocator cache = this.root.child("cache", AllocatorSpec::expectLiveAtClose);
		cache.allocate(LAYOUT);
		cache.close();
		assertThat(cache.stats().leakedBlocks()).isZero();
		assertThat(this.root.stats().leakedBlocks()).isZero();
		assertThat(cache.stats().deallocations()).isEqualTo(1);
	}

	@Test
	void close_openRegions_endWithIt() {
		Region confined = this.root.openRegion();
		Region shared = this.root.openSharedRegion();
		MemorySegment one = confined.allocate(LAYOUT);
		MemorySegment other = shared.allocate(LAYOUT);
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(one.scope().isAlive()).isFalse();
		assertThat(other.scope().isAlive()).isFalse();
		assertClosed(() -> confined.allocate(LAYOUT));
		assertClosed(() -> shared.allocate(LAYOUT));
		assertThat(this.root.stats().regionsClosed()).isEqualTo(2);
		assertThat(this.root.stats().leakedBlocks()).as("the chunks of regions nobody closed").isEqualTo(2);
		confined.close();
		shared.close();
		assertThat(this.root.stats().regionsClosed()).isEqualTo(2);
	}

	@Test
	void close_nativeCallHoldsASegment_waitsForIt() {
		ManagedAllocator child = this.root.child("child", (_) -> {
		});
		MemorySegment other = child.allocate(LAYOUT);
		BlockedCall call = BlockedCall.holding(child.allocate(HELD));
		this.root.close();
		assertThat(child.isOpen()).isFalse();
		assertThat(child.isClosed()).isFalse();
		assertThat(this.root.isOpen()).isFalse();
		assertThat(this.root.isClosed()).isFalse();
		assertClosed(() -> child.allocate(LAYOUT));
		assertNothingReturned();
		assertThat(other.scope().isAlive()).isTrue();
		assertThat(this.root.budget().used()).isEqualTo(64 + BlockedCall.SIZE);
		call.release();
		Race.await("the root is closed", this.root::isClosed);
		assertThat(child.isClosed()).isTrue();
		assertThat(other.scope().isAlive()).isFalse();
	}

	@Test
	void close_nativeCallHoldsASegmentOfASharedRegion_waitsForIt() {
		Region region = this.root.openSharedRegion();
		BlockedCall call = BlockedCall.holding(region.allocate(HELD));
		this.root.close();
		assertThat(this.root.isOpen()).isFalse();
		assertThat(this.root.isClosed()).isFalse();
		assertNothingReturned();
		assertClosed(() -> region.allocate(LAYOUT));
		call.release();
		Race.await("the root is closed", this.root::isClosed);
		assertThat(this.root.stats().openRegions()).isZero();
	}

	@Test
	void closeOfARegion_nativeCallHoldsASegment_isCompletedLater() {
		Region region = this.root.openSharedRegion();
		BlockedCall call = BlockedCall.holding(region.allocate(HELD));
		region.close();
		assertNothingReturned();
		assertThat(this.root.stats().openRegions()).isEqualTo(1);
		call.release();
		Race.await("the region is closed", () -> this.root.stats().openRegions() == 0);
		assertThat(this.root.budget().used()).isZero();
		assertThat(this.root.isOpen()).isTrue();
	}

	@Test
	void close_confinedRegionOfALiveThread_waitsUntilItIsClosed() {
		Owner owner = new Owner(this.root, true);
		this.root.close();
		assertThat(this.root.isOpen()).isFalse();
		assertThat(this.root.isClosed()).isFalse();
		assertNothingReturned();
		owner.go();
		assertThat(this.root.isClosed()).isTrue();
	}

	@Test
	void close_confinedRegionOfAThreadThatDies_isCompletedThen() {
		Owner owner = new Owner(this.root, false);
		this.root.close();
		assertThat(this.root.isClosed()).isFalse();
		owner.go();
		Race.await("the root is closed", this.root::isClosed);
		assertThat(this.root.stats().openRegions()).isZero();
	}

	@Test
	void close_confinedRegionOfADeadThread_isCompletedAtOnce() {
		new Owner(this.root, false).go();
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
	}

	static void assertClosed(ThrowingCallable call) {
		assertThatExceptionOfType(AllocationException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED))
			.withMessageStartingWith("root")
			.withMessageContaining("closed");
	}

	/**
	 * A thread with a region that closes it, or not, and dies when it is told to.
	 */
	private static final class Owner {

		private final CountDownLatch opened = new CountDownLatch(1);

		private final CountDownLatch told = new CountDownLatch(1);

		private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

		private final Thread thread;

		Owner(ManagedAllocator allocator, boolean closes) {
			this.thread = Thread.ofPlatform().daemon().start(() -> {
				try {
					Region region = allocator.openRegion();
					MemorySegment block = region.allocate(LAYOUT);
					region.mark();
					region.allocate(Layout.ofBytes(100_000));
					region.asArena().allocate(50_000);
					this.opened.countDown();
					this.told.await();
					block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
					if (closes) {
						region.close();
					}
				}
				catch (Throwable ex) {
					this.failure.set(ex);
				}
			});
			try {
				this.opened.await();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

		void go() {
			this.told.countDown();
			Race.join(this.thread);
			assertThat(this.failure.get()).isNull();
		}

	}

	@Test
	void close_ofAnAncestorMeanwhile_missesNoLeak() {
		ManagedAllocator child = this.root.child("child", (_) -> {
		});
		ManagedAllocator grandchild = child.child("grandchild", (_) -> {
		});
		child.allocate(LAYOUT);
		grandchild.allocate(LAYOUT);
		grandchild.allocate(LAYOUT);
		CountDownLatch told = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		this.root.addListener(new AllocatorListener() {

			@Override
			public void opened(ManagedAllocator allocator) {
			}

			@Override
			public void closed(ManagedAllocator allocator) {
				if (allocator == grandchild) {
					told.countDown();
					assertThatNoException().isThrownBy(goOn::await);
				}
			}

		});
		Thread first = Thread.ofPlatform().start(grandchild::close);
		assertThatNoException().isThrownBy(told::await);
		Thread second = Thread.ofPlatform().start(this.root::close);
		Race.await("the second close waits for the first", () -> Race.isWaiting(second) || !second.isAlive());
		goOn.countDown();
		Race.await("both are done", () -> !first.isAlive() && !second.isAlive());
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(3);
	}

	@Test
	void close_byAListenerOfTheClose_isToldAndCountedOnce() {
		ManagedAllocator parent = this.root.child("parent", (_) -> {
		});
		ManagedAllocator child = parent.child("child", (_) -> {
		});
		child.allocate(LAYOUT);
		List<ManagedAllocator> told = new ArrayList<>();
		child.addListener(new AllocatorListener() {

			@Override
			public void opened(ManagedAllocator allocator) {
			}

			@Override
			public void closed(ManagedAllocator allocator) {
				told.add(allocator);
				allocator.close();
				parent.close();
			}

		});
		child.close();
		assertThat(child.isClosed()).isTrue();
		Race.await("the parent is closed", parent::isClosed);
		assertThat(told).containsExactly(child);
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(1);
		assertThat(this.root.children()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void close_byAProbeOfTheClose_isCountedOnce(boolean ofAHeap) {
		AtomicReference<@Nullable AutoCloseable> closing = new AtomicReference<>();
		ManagedAllocator child = this.root.child("child", (spec) -> spec.probe(new AllocationProbe() {

			@Override
			public void deallocated(String allocator, long address, long size) {
				AutoCloseable closed = closing.get();
				if (closed != null) {
					assertThatNoException().isThrownBy(closed::close);
				}
			}

		}));
		List<ManagedAllocator> told = new CopyOnWriteArrayList<>();
		child.addListener(new AllocatorListener() {

			@Override
			public void opened(ManagedAllocator allocator) {
			}

			@Override
			public void closed(ManagedAllocator allocator) {
				told.add(allocator);
			}

		});
		Allocator allocator = ofAHeap ? child.openHeap() : child;
		allocator.allocate(LAYOUT);
		allocator.allocate(LAYOUT);
		closing.set((AutoCloseable) allocator);
		child.close();
		Race.await("the child is closed", child::isClosed);
		assertThat(told).containsExactly(child);
		// of a heap that is closed by its user nothing leaks
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(ofAHeap ? 0 : 2);
	}

	@Test
	void close_ofTheDeepestTreeThereCanBe_needsLittleStack() {
		ManagedAllocator last = this.root;
		for (int i = 0; i < Node.MAX_DEPTH; i++) {
			last = last.child("c", (spec) -> spec.expectLiveAtClose());
		}
		last.allocate(LAYOUT);
		ManagedAllocator deepest = last;
		assertThatIllegalStateException().isThrownBy(() -> deepest.child("c", (_) -> {
		})).withMessageEndingWith("could not create child 'c' (a tree has no more than 500 levels below its root)");
		AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
		Thread closer = new Thread(null, () -> {
			try {
				this.root.close();
			}
			catch (Throwable ex) {
				thrown.set(ex);
			}
		}, "closer", 512 << 10);
		closer.start();
		Race.join(closer);
		assertThat(thrown).hasNullValue();
		assertThat(deepest.isClosed()).isTrue();
		assertThat(this.root.isClosed()).isTrue();
	}

	@Test
	void close_whenItReturns_hasFreedTheName() {
		for (int round = 0; round < 500; round++) {
			ManagedAllocator child = this.root.child("child", (_) -> {
			});
			Race.run(2, (_) -> {
				child.close();
				assertThat(this.root.children()).doesNotContain(child);
			});
		}
	}

	@Test
	void close_whileTheProbeIsBeingToldOfAResize_doesNotKeepTheRestFromIt() {
		ClosingProbe probe = new ClosingProbe();
		ManagedAllocator child = this.root.child("child", (spec) -> spec.probe(probe));
		probe.close = child::close;
		MemorySegment block = child.allocate(LAYOUT);
		try {
			child.grow(block, LAYOUT, Layout.of(4096, 16));
		}
		catch (AllocationException ex) {
			assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
		}
		assertThat(child.isClosed()).isTrue();
		assertThat(probe.told).containsExactlyInAnyOrder("allocated 64", "deallocated 64", "allocated 4096",
				"deallocated 4096");
	}

	/** Has another thread close the allocator when it is first told that a block went. */
	private static final class ClosingProbe implements AllocationProbe {

		private final List<String> told = new CopyOnWriteArrayList<>();

		private final AtomicBoolean closed = new AtomicBoolean();

		private Runnable close = () -> {
		};

		@Override
		public void allocated(String allocator, long address, long size) {
			this.told.add("allocated " + size);
		}

		@Override
		public void deallocated(String allocator, long address, long size) {
			this.told.add("deallocated " + size);
			if (this.closed.compareAndSet(false, true)) {
				Race.join(Thread.ofPlatform().start(this.close));
			}
		}

	}

}
