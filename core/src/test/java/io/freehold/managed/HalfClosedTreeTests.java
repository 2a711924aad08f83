package io.freehold.managed;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A lease that goes while the gates of a tree are closed one after the other.
 */
class HalfClosedTreeTests {

	private static final Layout LAYOUT = Layout.of(64, 16);

	private final CheckingAlloc backend = new CheckingAlloc();

	/** Frees of 128 bytes wait for this. */
	private final CountDownLatch released = new CountDownLatch(1);

	private final CountDownLatch freeing = new CountDownLatch(1);

	private final GlobalAlloc slow = new GlobalAlloc() {

		@Override
		public long allocate(long size, long alignment) {
			return HalfClosedTreeTests.this.backend.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			if (size == 128) {
				HalfClosedTreeTests.this.freeing.countDown();
				await(HalfClosedTreeTests.this.released);
			}
			HalfClosedTreeTests.this.backend.deallocate(address, size, alignment);
		}

		@Override
		public String name() {
			return "slow";
		}

	};

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	@Timeout(60)
	void close_leaseGoesBeforeGatesOfChildrenAreClosed_childIsNotEndedWithAnOpenGate() {
		ManagedAllocator root = ManagedAllocator.root(this.slow, (_) -> {
		});
		ManagedAllocator node = root.child("node", (_) -> {
		});
		ManagedAllocator child = node.child("child", (_) -> {
		});
		Region region = node.openRegion();
		region.allocate(LAYOUT);
		Heap heap = node.openHeap();
		heap.allocate(Layout.of(128, 16));
		Thread heapCloser = Thread.ofPlatform().daemon().start(heap::close);
		await(this.freeing);
		// closes the gate of the node, then waits for the heap that is being closed
		Thread nodeCloser = Thread.ofPlatform().daemon().start(node::close);
		Race.await("the node is closing", () -> !node.isOpen());
		// the last thing that was missing, as far as this thread can tell; it waits for
		// the
		// heap too, but only after the children
		Thread helper = Thread.ofPlatform().daemon().start(() -> {
			try {
				node.openHeap();
			}
			catch (AllocationException ex) {
				// it is closed
			}
		});
		Race.await("another thread tried to end the node", () -> child.isClosed() || Race.isWaiting(helper));
		boolean both = child.isClosed() && child.isOpen();
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> child.allocate(LAYOUT));
		this.released.countDown();
		Race.join(heapCloser);
		region.close();
		Race.join(nodeCloser);
		Race.join(helper);
		Race.await("the node is closed", node::isClosed);
		root.close();
		assertThat(both).as("closed and open").isFalse();
		assertThat(child.stats().liveBlocks()).isZero();
		assertThat(root.budget().used()).isZero();
		this.backend.assertAllHome();
	}

	@Test
	@Timeout(60)
	void close_listenerThrowsOnce_leaksAreCountedOnce() {
		ManagedAllocator root = ManagedAllocator.root(this.backend, (_) -> {
		});
		ManagedAllocator node = root.child("node", (_) -> {
		});
		node.openHeap().allocate(LAYOUT);
		AtomicInteger calls = new AtomicInteger();
		root.addListener(new AllocatorListener() {

			@Override
			public void opened(ManagedAllocator allocator) {
			}

			@Override
			public void closed(ManagedAllocator allocator) {
				if (calls.incrementAndGet() == 1) {
					throw new IllegalStateException("first");
				}
			}

		});
		try {
			node.close();
		}
		catch (IllegalStateException ex) {
			// of the listener
		}
		Race.await("closed", node::isClosed);
		assertThat(root.stats().leakedBlocks()).isEqualTo(1);
	}

}
