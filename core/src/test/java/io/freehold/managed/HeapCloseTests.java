package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.operations.BlockUse;
import io.freehold.operations.Operation;
import io.freehold.operations.OperationRecord;
import io.freehold.operations.RecordedHeap;
import io.freehold.spi.GlobalAlloc;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * How a heap ends.
 */
class HeapCloseTests {

	private static final Layout LAYOUT = Layout.of(64, 16);

	private static final Layout HELD = Layout.ofBytes(BlockedCall.SIZE);

	/** Held on to: loggers that nobody holds forget their handlers. */
	private static final Logger LOG = Logger.getLogger("io.freehold");

	private final CheckingAlloc backend = new CheckingAlloc();

	private final ManagedAllocator root = ManagedAllocator.root(backend(), (_) -> {
	});

	private final ManagedAllocator sessions = this.root.child("sessions", (_) -> {
	});

	private final Heap heap = this.sessions.openHeap();

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
		assertThat(this.heap.isClosed()).isTrue();
		assertThat(this.heap.used()).isZero();
		assertThat(this.root.budget().used()).isZero();
		assertThat(this.sessions.stats().liveBlocks()).isZero();
		assertThat(this.sessions.stats().liveBytes()).isZero();
		assertThat(this.sessions.stats().openRegions()).isZero();
		assertThat(((Node) this.root).isValid()).isTrue();
		assertThat(((Node) this.sessions).isValid()).isTrue();
		assertAllHome();
	}

	@Test
	void close_liveBlocks_goHomeAndAreNoLeaks() {
		List<LogRecord> records = new ArrayList<>();
		Handler recorder = new Handler() {

			@Override
			public void publish(LogRecord record) {
				records.add(record);
			}

			@Override
			public void flush() {
			}

			@Override
			public void close() {
			}

		};
		MemorySegment block = this.heap.allocate(LAYOUT);
		MemorySegment slice = block.asSlice(8, 8);
		MemorySegment grown = this.heap.grow(this.heap.allocate(LAYOUT), LAYOUT, Layout.of(200, 16));
		LOG.addHandler(recorder);
		try {
			this.heap.close();
			assertThat(this.heap.isClosed()).isTrue();
			assertThat(this.heap.isOpen()).isFalse();
			assertThat(this.heap.used()).isZero();
			assertThat(this.sessions.budget().used()).isZero();
			assertThat(this.sessions.stats().openRegions()).isZero();
			assertThat(this.sessions.stats().deallocations()).isEqualTo(2);
			assertThat(this.sessions.stats().deallocatedBytes()).isEqualTo(264);
			assertAllHome();
			this.sessions.close();
		}
		finally {
			LOG.removeHandler(recorder);
		}
		assertThat(this.root.stats().leakedBlocks()).isZero();
		assertThat(records).isEmpty();
		for (MemorySegment segment : List.of(block, slice, grown)) {
			assertThat(segment.scope().isAlive()).isFalse();
			assertThatIllegalStateException().isThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0));
			assertThatIllegalStateException().isThrownBy(() -> segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
		}
	}

	@Test
	void close_afterEveryOperation_leavesNothing() {
		OperationRecord record = new OperationRecord();
		RecordedHeap recorded = new RecordedHeap(this.heap, record);
		SplittableRandom random = new SplittableRandom(Race.seed(this));
		for (int i = 0; i < 200; i++) {
			new BlockUse(recorded, random).run();
		}
		assertThat(this.heap.used()).isPositive();
		recorded.close();
		assertThat(this.heap.used()).isZero();
		assertThat(this.sessions.budget().used()).isZero();
		record.assertCalled(Operation.BLOCKS);
		record.assertCalled(EnumSet.of(Operation.CLOSE_HEAP));
	}

	@Test
	void close_refusesEveryOperationAfterIt() {
		OperationRecord record = new OperationRecord();
		RecordedHeap recorded = new RecordedHeap(this.heap, record);
		MemorySegment block = recorded.allocate(LAYOUT);
		Layout larger = Layout.of(100, 16);
		Layout smaller = Layout.of(10, 16);
		recorded.close();
		CloseTests.assertClosed(() -> recorded.allocate(LAYOUT));
		CloseTests.assertClosed(() -> recorded.allocateZeroed(LAYOUT));
		CloseTests.assertClosed(() -> recorded.asSegmentAllocator().allocate(64, 16));
		for (ThrowingCallable call : List.<ThrowingCallable>of(() -> recorded.deallocate(block, LAYOUT),
				() -> recorded.grow(block, LAYOUT, larger), () -> recorded.grow(block, LAYOUT, Layout.of(100, 8)),
				() -> recorded.growZeroed(block, LAYOUT, larger),
				() -> recorded.growZeroed(block, LAYOUT, Layout.of(100, 8)),
				() -> recorded.shrink(block, LAYOUT, smaller),
				() -> recorded.shrink(block, LAYOUT, Layout.of(10, 8)))) {
			assertThatExceptionOfType(MisuseException.class).isThrownBy(call);
		}
		assertThat(this.sessions.budget().used()).isZero();
		record.assertCalled(Operation.BLOCKS);
	}

	@Test
	void close_refusesWhatComesAfterIt() {
		MemorySegment block = this.heap.allocate(LAYOUT);
		this.heap.close();
		expectClosed(this.heap);
		for (boolean freed : new boolean[] { true, false }) {
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> {
				if (freed) {
					this.heap.deallocate(block, LAYOUT);
				}
				else {
					this.heap.grow(block, LAYOUT, Layout.of(100, 16));
				}
			})
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(Kind.ALLOCATOR_CLOSED))
				.withMessageEndingWith("it was freed when the heap closed");
		}
		assertThat(this.sessions.stats().failures(Reason.CLOSED)).isEqualTo(3);
		this.sessions.deallocate(this.sessions.allocate(LAYOUT), LAYOUT);
	}

	@Test
	void close_beforeThereWasABlock_refusesWhatComesAfterIt() {
		MemorySegment block = this.sessions.allocate(LAYOUT);
		this.heap.close();
		expectClosed(this.heap);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> this.heap.deallocate(block, LAYOUT))
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(Kind.WRONG_ALLOCATOR));
		this.sessions.deallocate(block, LAYOUT);
	}

	private static void expectClosed(Heap heap) {
		CloseTests.assertClosed(() -> heap.allocate(LAYOUT));
		CloseTests.assertClosed(() -> heap.allocateZeroed(LAYOUT));
		MemorySegment nothing = heap.allocate(Layout.of(0, 32));
		assertThat(nothing.address()).isEqualTo(32);
		CloseTests.assertClosed(() -> heap.grow(nothing, Layout.of(0, 32), LAYOUT));
		heap.deallocate(nothing, Layout.of(0, 32));
		assertThat(heap.used()).isZero();
	}

	@Test
	void close_again_doesNothing() {
		this.heap.allocate(LAYOUT);
		this.heap.close();
		int calls = this.backend.calls();
		this.heap.close();
		assertThat(this.backend.calls()).isEqualTo(calls);
		assertThat(this.sessions.stats().regionsClosed()).isEqualTo(1);
	}

	@Test
	void close_fromManyThreads_closesOnceForAll() {
		for (int round = 0; round < 200; round++) {
			Heap each = this.sessions.openHeap();
			MemorySegment block = each.allocate(LAYOUT);
			Race.run(4, (_) -> {
				each.close();
				assertThat(each.isClosed()).isTrue();
				assertThat(block.scope().isAlive()).isFalse();
			});
			assertThat(this.sessions.stats().openRegions()).isEqualTo(1);
			assertThat(this.sessions.budget().used()).isZero();
		}
	}

	@Test
	void closeOfTheAllocator_closesItsHeaps_andCountsWhatWasLive() {
		Heap empty = this.sessions.openHeap();
		MemorySegment block = this.heap.allocate(LAYOUT);
		this.heap.allocate(Layout.of(36, 4));
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.heap.isClosed()).isTrue();
		assertThat(empty.isClosed()).isTrue();
		assertThat(block.scope().isAlive()).isFalse();
		assertThat(this.sessions.stats().leakedBlocks()).isEqualTo(2);
		assertThat(this.sessions.stats().leakedBytes()).isEqualTo(100);
		assertThat(this.sessions.stats().regionsClosed()).isEqualTo(2);
		expectClosed(this.heap);
		expectClosed(empty);
		CloseTests.assertClosed(this.sessions::openHeap);
		this.heap.close();
		empty.close();
		assertThat(this.sessions.stats().regionsClosed()).isEqualTo(this.sessions.stats().regionsOpened()).isEqualTo(3);
	}

	@Test
	void closeOfTheAllocator_liveBlocksExpected_areNoLeaks() {
		ManagedAllocator cache = this.root.child("cache", AllocatorSpec::expectLiveAtClose);
		cache.openHeap().allocate(LAYOUT);
		cache.close();
		assertThat(cache.stats().leakedBlocks()).isZero();
		assertThat(cache.stats().deallocations()).isEqualTo(1);
	}

	@Test
	void close_nativeCallHoldsASegment_isCompletedLater() {
		MemorySegment other = this.heap.allocate(LAYOUT);
		BlockedCall call = BlockedCall.holding(this.heap.allocate(HELD));
		this.heap.close();
		expectHeld(other);
		this.heap.close();
		expectHeld(other);
		call.release();
		Race.await("the heap is closed", this.heap::isClosed);
		assertThat(other.scope().isAlive()).isFalse();
		assertThat(this.sessions.stats().openRegions()).isZero();
		assertThat(this.sessions.budget().used()).isZero();
		assertThat(this.sessions.isOpen()).isTrue();
	}

	private void expectHeld(MemorySegment other) {
		assertThat(this.heap.isOpen()).isFalse();
		assertThat(this.heap.isClosed()).isFalse();
		CloseTests.assertClosed(() -> this.heap.allocate(LAYOUT));
		assertNothingReturned();
		assertThat(other.scope().isAlive()).isTrue();
		assertThat(this.heap.used()).isEqualTo(64 + BlockedCall.SIZE);
		assertThat(this.root.budget().used()).isEqualTo(64 + BlockedCall.SIZE);
		assertThat(this.sessions.stats().openRegions()).isEqualTo(1);
	}

	@Test
	void closeOfTheAllocator_nativeCallHoldsASegment_waitsForIt() {
		MemorySegment other = this.heap.allocate(LAYOUT);
		Heap free = this.sessions.openHeap();
		free.allocate(LAYOUT);
		BlockedCall call = BlockedCall.holding(this.heap.allocate(HELD));
		this.root.close();
		assertThat(this.root.isClosed()).isFalse();
		assertThat(this.heap.isOpen()).isFalse();
		assertThat(this.heap.isClosed()).isFalse();
		assertThat(free.isClosed()).isTrue();
		assertThat(other.scope().isAlive()).isTrue();
		assertThat(this.root.budget().used()).isEqualTo(64 + BlockedCall.SIZE);
		call.release();
		Race.await("the root is closed", this.root::isClosed);
		assertThat(this.heap.isClosed()).isTrue();
		assertThat(other.scope().isAlive()).isFalse();
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(3);
	}

	@Test
	void closeOfTheAllocator_afterAHeapWasClosedWhileHeld_findsNoLeak() {
		BlockedCall call = BlockedCall.holding(this.heap.allocate(HELD));
		this.heap.close();
		this.root.close();
		assertThat(this.root.isClosed()).isFalse();
		call.release();
		Race.await("the root is closed", this.root::isClosed);
		assertThat(this.root.stats().leakedBlocks()).isZero();
	}

	@Test
	void close_whileTheBackendAllocates_waitsUntilTheBlockIsBack() {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		GlobalAlloc slow = new GlobalAlloc() {

			@Override
			public long allocate(long size, long alignment) {
				asked.countDown();
				assertThatNoException().isThrownBy(goOn::await);
				return HeapCloseTests.this.backend.allocate(size, alignment);
			}

			@Override
			public void deallocate(long address, long size, long alignment) {
				HeapCloseTests.this.backend.deallocate(address, size, alignment);
			}

		};
		ManagedAllocator node = ManagedAllocator.root(slow, (_) -> {
		});
		Heap each = node.openHeap();
		Thread user = Thread.ofPlatform().start(() -> CloseTests.assertClosed(() -> each.allocate(LAYOUT)));
		assertThatNoException().isThrownBy(asked::await);
		AtomicLong left = new AtomicLong(-1);
		Thread closer = Thread.ofPlatform().start(() -> {
			each.close();
			left.set(each.used());
		});
		Race.await("the close waits", () -> closer.getState() == Thread.State.TIMED_WAITING || !closer.isAlive());
		assertThat(each.isClosed()).isFalse();
		goOn.countDown();
		Race.join(user);
		Race.join(closer);
		assertThat(left).hasValue(0);
		assertThat(each.isClosed()).isTrue();
		assertThat(node.stats().failures(Reason.CLOSED)).isEqualTo(1);
		node.close();
	}

	@Test
	void allocate_byAVirtualThread_isServed() throws InterruptedException {
		Thread thread = Thread.ofVirtual().start(() -> this.heap.allocate(LAYOUT));
		thread.join();
		assertThat(this.heap.used()).isEqualTo(64);
		Thread closer = Thread.ofVirtual().start(this.heap::close);
		closer.join();
		assertThat(this.heap.isClosed()).isTrue();
	}

}
