package io.freehold.managed;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.operations.BlockUse;
import io.freehold.operations.Operation;
import io.freehold.operations.OperationRecord;
import io.freehold.operations.RecordedHeap;
import io.freehold.operations.RecordedNode;
import io.freehold.operations.RecordedRegion;
import io.freehold.operations.RegionUse;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Refusals while many others allocate, and logs that fail.
 */
class RefusalRaceTests {

	private static final Logger LOG = Logger.getLogger("io.freehold");

	@Test
	@Timeout(60)
	void allocate_limitExceededWhileChildrenChange_isRefusedAsSuch() {
		ManagedAllocator root = ManagedAllocator.root(new CheckingAlloc(), (spec) -> spec.limit(1 << 20));
		List<ManagedAllocator> children = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			ManagedAllocator child = root.child("child" + i, (_) -> {
			});
			child.allocate(Layout.ofBytes(1 + i * 7 % 256));
			children.add(child);
		}
		AtomicBoolean done = new AtomicBoolean();
		OperationRecord record = new OperationRecord();
		SplittableRandom random = new SplittableRandom(Race.seed(this));
		Thread other = Thread.ofPlatform().daemon().start(() -> {
			while (!done.get()) {
				RecordedNode child = RecordedNode.of(children.get(random.nextInt(children.size())), record);
				// the blocks of a heap and a region end with it
				RecordedHeap heap = child.openHeap();
				new BlockUse(heap, random).run();
				heap.close();
				try (RecordedRegion region = random.nextBoolean() ? child.openRegion() : child.openSharedRegion()) {
					new RegionUse(region, random).run();
				}
				Layout layout = Layout.ofBytes(1 + random.nextInt(1023));
				child.deallocate(child.allocate(layout), layout);
			}
		});
		try {
			for (int i = 0; i < 5_000; i++) {
				assertThatExceptionOfType(AllocationException.class)
					.isThrownBy(() -> root.allocate(Layout.ofBytes(2 << 20)));
			}
		}
		finally {
			done.set(true);
			Race.join(other);
			root.close();
		}
		record.assertCalled(Operation.BLOCKS);
		record.assertCalled(Operation.REGIONS);
	}

	@Test
	@Timeout(60)
	void close_faultThatCannotBeLogged_othersGoHomeAndCloseEnds() {
		CheckingAlloc backend = new CheckingAlloc();
		AtomicBoolean fault = new AtomicBoolean(true);
		ManagedAllocator root = ManagedAllocator.root(new GlobalAlloc() {

			@Override
			public long allocate(long size, long alignment) {
				return backend.allocate(size, alignment);
			}

			@Override
			public void deallocate(long address, long size, long alignment) {
				backend.deallocate(address, size, alignment);
				if (fault.compareAndSet(true, false)) {
					throw new IllegalStateException("fault");
				}
			}

		}, (_) -> {
		});
		Heap heap = root.openHeap();
		for (int i = 0; i < 100; i++) {
			heap.allocate(Layout.ofBytes(64));
		}
		Handler failing = new Handler() {

			@Override
			public void publish(LogRecord record) {
				throw new OutOfMemoryError("for the message");
			}

			@Override
			public void flush() {
			}

			@Override
			public void close() {
			}

		};
		LOG.addHandler(failing);
		try {
			heap.close();
		}
		catch (OutOfMemoryError ex) {
			// to be tried again
		}
		finally {
			LOG.removeHandler(failing);
		}
		Race.join(Thread.ofPlatform().daemon().start(root::close));
		backend.assertAllHome();
	}

}
