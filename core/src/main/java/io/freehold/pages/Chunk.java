package io.freehold.pages;

import java.util.BitSet;

import org.jspecify.annotations.Nullable;

/**
 * A large mapping, divided into pages. Runs of them serve large blocks, whose words it
 * has, and slabs. All but the words is guarded by the lock of the page heap.
 */
public final class Chunk extends Extent {

	/** A chunk without any address but 0, which no block has. */
	static final Chunk NONE = new Chunk(null, 0, 1, 1);

	/** Null of {@link #NONE} only. */
	final @Nullable Mapping mapping;

	private final int pages;

	/** Pages of no run. */
	private final BitSet free;

	/** Those of the free ones that hold memory. */
	private final BitSet cached;

	/** Those of the cached ones that were cached at the last tick too. */
	private final BitSet idle;

	private int freePages;

	private int cachedPages;

	/** No run of free pages is longer. */
	private int longestRun;

	/** No run of free pages that starts with a slice is longer. */
	private int longestSliceRun;

	Chunk(Mapping mapping, int pageSize) {
		this(mapping, mapping.address, mapping.length, pageSize);
	}

	private Chunk(@Nullable Mapping mapping, long base, long length, int pageSize) {
		super(base, length, pageSize);
		this.mapping = mapping;
		this.pages = (int) (length / pageSize);
		this.free = new BitSet(this.pages);
		this.cached = new BitSet(this.pages);
		this.idle = new BitSet(this.pages);
		this.free.set(0, this.pages);
		this.freePages = this.pages;
		this.longestRun = this.pages;
		this.longestSliceRun = this.pages;
	}

	int pages() {
		return this.pages;
	}

	int freePages() {
		return this.freePages;
	}

	int cachedPages() {
		return this.cachedPages;
	}

	boolean isFree() {
		return this.freePages == this.pages;
	}

	/** Returns whether nothing has been cached here since the last tick. */
	boolean isIdle() {
		return this.idle.cardinality() == this.cachedPages;
	}

	/**
	 * Finds a run of free pages, preferably of those that hold memory.
	 * @param alignment of the first page's address, in pages, a power of two
	 * @return the first page, or -1
	 */
	int find(int count, int alignment) {
		boolean slice = alignment > 1 && (long) alignment * placeSize() >= ExtentMap.SLICE_SIZE;
		if (count > this.longestRun || (slice && count > this.longestSliceRun)) {
			return -1;
		}
		int first = (count <= this.cachedPages) ? find(this.cached, count, alignment) : -1;
		if (first < 0) {
			first = find(this.free, count, alignment);
		}
		if (first < 0 && alignment == 1) {
			this.longestRun = count - 1;
		}
		else if (first < 0 && (long) alignment * placeSize() == ExtentMap.SLICE_SIZE) {
			this.longestSliceRun = count - 1;
		}
		return first;
	}

	private int find(BitSet set, int count, int alignment) {
		// the page that an address is in, if all memory were pages of one chunk
		long before = base() / placeSize();
		int start = set.nextSetBit(0);
		while (start >= 0) {
			int end = set.nextClearBit(start);
			long aligned = ((before + start + alignment - 1) & -(long) alignment) - before;
			if (end - aligned >= count) {
				return (int) aligned;
			}
			start = set.nextSetBit(end);
		}
		return -1;
	}

	/** Returns whether this many pages behind a run are free. */
	boolean isFree(int first, int count) {
		return first + count <= this.pages && this.free.nextClearBit(first) >= first + count;
	}

	/** Returns whether some of these pages hold memory. */
	boolean isCached(int first, int count) {
		int page = this.cached.nextSetBit(first);
		return page >= 0 && page < first + count;
	}

	/** Takes free pages; returns how many of them hold memory. */
	int take(int first, int count) {
		int taken = cardinality(this.cached, first, first + count);
		this.free.clear(first, first + count);
		this.cached.clear(first, first + count);
		this.idle.clear(first, first + count);
		this.freePages -= count;
		this.cachedPages -= taken;
		return taken;
	}

	/** Takes pages back, with the memory they hold unless it is gone. */
	void give(int first, int count, boolean gone, boolean nowIdle) {
		this.free.set(first, first + count);
		this.freePages += count;
		this.longestRun = this.pages;
		this.longestSliceRun = this.pages;
		if (!gone) {
			this.cached.set(first, first + count);
			this.cachedPages += count;
			if (nowIdle) {
				this.idle.set(first, first + count);
			}
		}
	}

	/** Returns the first page of the next run to purge, or -1. */
	int nextToPurge(int from, boolean idleOnly) {
		return (idleOnly ? this.idle : this.cached).nextSetBit(from);
	}

	/** Returns the page behind the run to purge that starts at a page. */
	int endToPurge(int first, boolean idleOnly) {
		return (idleOnly ? this.idle : this.cached).nextClearBit(first);
	}

	/** Has no pages any more: there is nothing to take or to purge. */
	void close() {
		this.free.clear();
		this.cached.clear();
		this.idle.clear();
		this.freePages = 0;
		this.cachedPages = 0;
		this.longestRun = 0;
		this.longestSliceRun = 0;
	}

	/** Whatever is cached now is idle if it still is at the next tick. */
	void tick() {
		this.idle.or(this.cached);
	}

	private static int cardinality(BitSet set, int from, int to) {
		int count = 0;
		int start = set.nextSetBit(from);
		while (start >= 0 && start < to) {
			int end = Math.min(set.nextClearBit(start), to);
			count += end - start;
			start = set.nextSetBit(end);
		}
		return count;
	}

	boolean isValid() {
		BitSet stray = (BitSet) this.cached.clone();
		stray.andNot(this.free);
		BitSet strayIdle = (BitSet) this.idle.clone();
		strayIdle.andNot(this.cached);
		return stray.isEmpty() && strayIdle.isEmpty() && this.free.cardinality() == this.freePages
				&& this.cached.cardinality() == this.cachedPages && this.free.length() <= this.pages;
	}

}
