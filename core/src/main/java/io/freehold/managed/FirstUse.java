package io.freehold.managed;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.held.Book;
import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.Rehearsal;
import io.freehold.pool.PooledAlloc;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

/**
 * Makes each kind of call once, good ones and those that are refused, before the first
 * tree is created. See {@link Rehearsal} for the reason. Takes some milliseconds and
 * leaves nothing behind.
 *
 * <p>
 * That includes the end of a tree in which everything is still live: a close that had to
 * wait may be completed when the class loader has been stopped.
 */
final class FirstUse implements Runnable {

	private static final Layout SMALL = Layout.of(100, 8);

	private static final Layout LARGE = Layout.of(100_000, 8);

	private static final Layout HUGE = Layout.of(16 << 20, 8);

	private static final long LIMIT = 1 << 30;

	private static final int REFUSALS = 12;

	private FirstUse() {
	}

	/** Sees to it that the rehearsal has taken place. */
	static void prepare() {
		Rehearsed.once();
	}

	@Override
	public void run() {
		Faults.prepare();
		PooledAlloc pool = new PooledAlloc();
		pool.setPurgeDelay(Duration.ZERO);
		rehearse(pool, true);
		rehearse(new Decorated(pool), false);
		pool.trim();
	}

	private static void rehearse(GlobalAlloc backend, boolean huge) {
		AllocatorSpec spec = new AllocatorSpec("rehearsal");
		spec.limit(LIMIT);
		spec.liveAtClose = Level.TRACE;
		try (Node root = Node.newRoot(backend, spec)) {
			rehearse(root);
			if (huge) {
				rehearseHuge(root);
			}
			try (Heap heap = root.openHeap()) {
				rehearse(heap);
			}
			try (Region region = root.openRegion()) {
				rehearse(region);
				rehearseRegion(region);
			}
			try (Region region = root.openSharedRegion()) {
				rehearse(region);
				rehearseRegion(region);
			}
			for (int i = 0; i < REFUSALS; i++) {
				try {
					refused(root, i);
				}
				catch (RuntimeException ex) {
					// that is what it is for
				}
			}
			rehearseRaw(new NodeBackend(root.addRaw("raw")));
			leaveLive(root);
			if (huge) {
				root.allocate(HUGE);
			}
		}
	}

	private static void rehearseRaw(Book book) {
		long address = book.take(SMALL, false);
		address = book.tryResize(address, SMALL, LARGE, true);
		if (book.tryClaim(address, LARGE)) {
			book.restore(address, LARGE);
		}
		book.tryFree(address, LARGE.size(), LARGE.alignment());
		try {
			book.takeResized(address, LARGE, SMALL);
		}
		catch (RuntimeException ex) {
			// it is free
		}
		try {
			book.take(Layout.ofBytes(2 * LIMIT), false);
		}
		catch (RuntimeException ex) {
			// that is too much
		}
		book.dismiss();
		book.tryLeave();
	}

	private static void leaveLive(Node root) {
		leaveLive((Allocator) root);
		leaveLive(root.openHeap());
		leaveLive(root.openRegion());
		leaveLive(root.openSharedRegion());
	}

	private static void leaveLive(Allocator allocator) {
		allocator.allocate(SMALL);
		allocator.allocate(LARGE);
	}

	private static void rehearse(Allocator allocator) {
		for (Layout layout : new Layout[] { SMALL, LARGE }) {
			Layout larger = Layout.of(2 * layout.size(), layout.alignment());
			Layout aligned = Layout.of(2 * layout.size(), 64);
			MemorySegment block = allocator.allocate(layout);
			block = allocator.growZeroed(block, layout, larger);
			block = allocator.grow(block, larger, aligned);
			block = allocator.shrink(block, aligned, layout);
			allocator.deallocate(block, layout);
			allocator.deallocate(allocator.allocateZeroed(layout), layout);
			try {
				allocator.deallocate(block, layout);
			}
			catch (RuntimeException ex) {
				// freed twice
			}
		}
	}

	/** Without touching the memory, which would be a lot. */
	private static void rehearseHuge(Node root) {
		Layout larger = Layout.of(2 * HUGE.size(), HUGE.alignment());
		MemorySegment block = root.allocate(HUGE);
		block = root.grow(block, HUGE, larger);
		block = root.shrink(block, larger, HUGE);
		root.deallocate(block, HUGE);
	}

	private static void rehearseRegion(Region region) {
		Region.Mark mark = region.mark();
		region.allocate(SMALL);
		region.allocate(LARGE);
		mark.close();
		try (Arena arena = region.asArena()) {
			arena.allocate(100, 8);
		}
		region.reset();
	}

	private static void refused(Node root, int refusal) {
		switch (refusal) {
			case 0 -> root.allocate(Layout.ofBytes(Gate.MAX_SIZE));
			case 1 -> root.allocate(Layout.ofBytes(2 * LIMIT));
			case 2 -> root.openRegion().allocate(Layout.ofBytes(2 * LIMIT));
			case 3 -> root.openHeap().allocate(Layout.ofBytes(2 * LIMIT));
			case 4 -> root.deallocate(MemorySegment.ofAddress(1 << 20), SMALL);
			case 5 -> root.deallocate(MemorySegment.ofArray(new byte[1]), SMALL);
			case 6 -> root.deallocate(MemorySegment.ofAddress(1 << 20), Layout.ofBytes(0));
			case 7 -> root.grow(MemorySegment.ofAddress(1 << 20), SMALL, Layout.ofBytes(0));
			case 8 -> {
				Heap closed = root.openHeap();
				closed.close();
				closed.allocate(SMALL);
			}
			default -> misused(root, refusal);
		}
	}

	private static void misused(Node root, int misuse) {
		MemorySegment block = root.allocate(SMALL);
		try {
			switch (misuse) {
				case 9 -> root.deallocate(block, LARGE);
				case 10 -> root.deallocate(block.asSlice(8), SMALL);
				default -> root.openRegion().deallocate(block, SMALL);
			}
		}
		finally {
			root.deallocate(block, SMALL);
		}
	}

	/** A backend as users write them. */
	private record Decorated(GlobalAlloc backend) implements GlobalAlloc {

		@Override
		public long allocate(long size, long alignment) {
			return this.backend.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.backend.deallocate(address, size, alignment);
		}

	}

	/** Its initializer is what takes place once; the rehearsal itself does not use it. */
	private static final class Rehearsed {

		static {
			Rehearsal.run(new FirstUse());
		}

		private Rehearsed() {
		}

		static void once() {
			// by the initializer
		}

	}

}
