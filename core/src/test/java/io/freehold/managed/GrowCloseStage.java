package io.freehold.managed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.pool.PooledAlloc;
import io.freehold.pool.ReusingMemory;
import io.freehold.pool.StressAccess;
import io.freehold.spi.GlobalAlloc;

/**
 * A backend for races of growing and closing. Growing a block stops at the meeting, and
 * freed memory is handed out again at once. To be made by the thread that closes.
 */
public interface GrowCloseStage {

	/** Returns the backend. */
	GlobalAlloc backend();

	/** Returns where growing stops. */
	GrowCloseMeeting meeting();

	/** Fills what is mapped, so that the next growth stops. */
	void prepare(ManagedAllocator filler, Layout oldLayout, Layout newLayout);

	/** Over a backend that knows nothing of owners. */
	static GrowCloseStage table() {
		return new Table(new GrowCloseMeeting());
	}

	/** Over the pool, on memory that is not unmapped. */
	static GrowCloseStage pooled() {
		return pooled(true);
	}

	/** Over the pool, on memory that is unmapped: a late write crashes the JVM. */
	static GrowCloseStage unmapping() {
		return pooled(false);
	}

	private static GrowCloseStage pooled(boolean keeping) {
		GrowCloseMeeting meeting = new GrowCloseMeeting();
		ReusingMemory memory = new ReusingMemory(keeping, meeting::pass);
		PooledAlloc pooled = StressAccess.pooled(memory);
		// so that the growing thread has no blocks in its magazines
		pooled.setMaxCached(0);
		return new Pooled(meeting, memory, pooled);
	}

	/**
	 * The side table of an allocator keeps the records.
	 */
	final class Table implements GrowCloseStage, GlobalAlloc {

		private final GrowCloseMeeting meeting;

		private final GlobalAlloc system = Backends.get("system");

		/** Guarded by itself. */
		private final Map<Layout, Deque<Long>> freed = new HashMap<>();

		private Table(GrowCloseMeeting meeting) {
			this.meeting = meeting;
		}

		@Override
		public GlobalAlloc backend() {
			return this;
		}

		@Override
		public GrowCloseMeeting meeting() {
			return this.meeting;
		}

		@Override
		public void prepare(ManagedAllocator filler, Layout oldLayout, Layout newLayout) {
		}

		@Override
		public long allocate(long size, long alignment) {
			synchronized (this.freed) {
				Deque<Long> addresses = this.freed.get(Layout.of(size, alignment));
				if (addresses != null && !addresses.isEmpty()) {
					return addresses.pop();
				}
			}
			return this.system.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			synchronized (this.freed) {
				this.freed.computeIfAbsent(Layout.of(size, alignment), (_) -> new ArrayDeque<>()).push(address);
			}
		}

		@Override
		public long reallocate(long address, long oldSize, long alignment, long newSize) {
			long moved = GlobalAlloc.super.reallocate(address, oldSize, alignment, newSize);
			this.meeting.pass();
			return moved;
		}

	}

	/**
	 * The pool itself keeps the records.
	 *
	 * @param meeting where the memory stops growing
	 * @param memory of the pool
	 * @param pooled the pool
	 */
	record Pooled(GrowCloseMeeting meeting, ReusingMemory memory, PooledAlloc pooled) implements GrowCloseStage {

		@Override
		public GlobalAlloc backend() {
			return this.pooled;
		}

		@Override
		public void prepare(ManagedAllocator filler, Layout oldLayout, Layout newLayout) {
			this.pooled.trim();
			this.memory.setRefusing(true);
			fill(filler, newLayout);
			// what lies behind the block, too
			fill(filler, Layout.ofBytes(newLayout.size() - oldLayout.size()));
			this.memory.setRefusing(false);
		}

		private static void fill(ManagedAllocator filler, Layout layout) {
			boolean full = false;
			while (!full) {
				try {
					filler.allocate(layout);
				}
				catch (AllocationException ex) {
					full = true;
				}
			}
		}

	}

}
