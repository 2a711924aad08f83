package io.freehold.unload;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.BlockedCall;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.pool.PooledAlloc;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

/**
 * Two trees with every kind of memory, one over the pool itself, one over a backend that
 * knows no owners. They do nothing but allocate: all else is done for the first time when
 * they close. Asked for "open" it answers with two segments to hold, and for "close" with
 * nothing.
 */
public final class HeldTrees implements Function<String, List<MemorySegment>> {

	private static final Layout HELD = Layout.of(BlockedCall.SIZE, 8);

	private final PooledAlloc pool = new PooledAlloc();

	private final ManagedAllocator owning;

	private final ManagedAllocator recording;

	/**
	 * Creates the trees.
	 */
	public HeldTrees() {
		this.pool.setPurgeDelay(Duration.ofMillis(100));
		this.owning = ManagedAllocator.root(this.pool, (spec) -> {
		});
		this.recording = ManagedAllocator.root(new Wrapper(this.pool), (spec) -> spec.expectLiveAtClose());
	}

	@Override
	public List<MemorySegment> apply(String request) {
		if (request.equals("open")) {
			return List.of(open(this.owning), open(this.recording));
		}
		this.owning.close();
		this.recording.close();
		return List.of();
	}

	private static MemorySegment open(ManagedAllocator root) {
		fill(root);
		Heap heap = root.child("child", (spec) -> {
		}).openHeap();
		fill(heap);
		for (Region region : List.of(root.openRegion(), root.openSharedRegion())) {
			fill(region);
		}
		return root.child("held", (spec) -> {
		}).allocate(HELD);
	}

	private static void fill(Allocator allocator) {
		for (long size = 1; size < 1 << 21; size *= 4) {
			allocator.allocate(Layout.of(size, 8));
		}
		allocator.allocate(Layout.ofBytes(40 << 20));
	}

	private record Wrapper(GlobalAlloc backend) implements GlobalAlloc {

		@Override
		public long allocate(long size, long alignment) {
			return this.backend.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.backend.deallocate(address, size, alignment);
		}

	}

}
