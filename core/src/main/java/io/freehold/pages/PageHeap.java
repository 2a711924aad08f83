package io.freehold.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.freehold.internal.VirtualMemory;

import org.jspecify.annotations.Nullable;

/**
 * Runs of pages out of chunks that are mapped as needed.
 *
 * <p>
 * Pages that are given back keep their memory for a while, for whoever needs pages next:
 * until they were left alone from one tick to the next but one, or at once if more than a
 * bound would be kept.
 */
public final class PageHeap {

	/*
	 * Everything is guarded by the monitor of this object, which is held for the time of
	 * a search in bit sets, or of mapping a chunk. Pages are purged without it: meanwhile
	 * they are taken, so that nobody else can have them.
	 */

	private final VirtualMemory memory;

	private final ExtentMap map;

	private final int pageSize;

	private final List<Chunk> chunks = new ArrayList<>();

	private volatile long cacheLimit;

	/** Pages of runs that are taken, for whatever purpose. */
	private long takenPages;

	private long cachedPages;

	private long reservedBytes;

	public PageHeap(VirtualMemory memory, ExtentMap map, long cacheLimit) {
		this.memory = memory;
		this.map = map;
		this.pageSize = memory.pageSize();
		this.cacheLimit = cacheLimit;
	}

	public void setCacheLimit(long bytes) {
		this.cacheLimit = bytes;
	}

	public int pageSize() {
		return this.pageSize;
	}

	/** Returns the length in bytes of the longest run that is served. */
	public long maxRun() {
		return this.memory.chunkSize() / 4;
	}

	/**
	 * Takes a run of pages.
	 * @param length in bytes, up to {@link #maxRun}; rounded up to whole pages
	 * @param alignment in bytes, a power of two up to {@link #maxRun}
	 * @return the run, or null if the memory is exhausted
	 */
	public @Nullable PageRun take(long length, long alignment) {
		int count = pages(length);
		int pageAlignment = (int) Math.max(1, alignment / this.pageSize);
		try {
			return take(count, pageAlignment);
		}
		catch (OutOfMemoryError ex) {
			// the heap's: nothing has been taken
			return null;
		}
	}

	private int pages(long length) {
		return (int) ((length + this.pageSize - 1) / this.pageSize);
	}

	private synchronized @Nullable PageRun take(int count, int alignment) {
		for (Chunk chunk : this.chunks) {
			int first = chunk.find(count, alignment);
			if (first >= 0) {
				return take(chunk, first, count);
			}
		}
		Chunk chunk = map();
		return (chunk != null) ? take(chunk, 0, count) : null;
	}

	private PageRun take(Chunk chunk, int first, int count) {
		boolean zero = !chunk.isCached(first, count);
		PageRun run = new PageRun(chunk, first, count, zero);
		this.cachedPages -= chunk.take(first, count);
		this.takenPages += count;
		return run;
	}

	private @Nullable Chunk map() {
		long length = this.memory.chunkSize();
		long base = this.memory.map(length, length);
		if (base == 0) {
			return null;
		}
		try {
			Chunk chunk = new Chunk(base, length, this.pageSize);
			this.map.put(base, length, chunk);
			this.chunks.add(chunk);
			this.reservedBytes += length;
			return chunk;
		}
		catch (OutOfMemoryError ex) {
			this.memory.unmap(base, length);
			throw ex;
		}
	}

	/**
	 * Takes the pages behind a run too, if they are free.
	 * @param length of the run in bytes; rounded up to whole pages
	 * @param newLength the length it is to have
	 * @return whether the run has the new length now
	 */
	public synchronized boolean extend(Chunk chunk, int first, long length, long newLength) {
		int end = first + pages(length);
		int newEnd = first + pages(newLength);
		if (newEnd > end) {
			if (!chunk.isFree(end, newEnd - end)) {
				return false;
			}
			this.cachedPages -= chunk.take(end, newEnd - end);
			this.takenPages += newEnd - end;
		}
		return true;
	}

	/**
	 * Gives the last pages of a run back, if it needs them no more.
	 * @param length of the run in bytes; rounded up to whole pages
	 * @param newLength the length it is to have
	 */
	public void shorten(Chunk chunk, int first, long length, long newLength) {
		int kept = pages(newLength);
		int count = pages(length) - kept;
		if (count > 0) {
			give(chunk, first + kept, count, false);
		}
	}

	/**
	 * Gives a run back.
	 * @param length in bytes; rounded up to whole pages
	 */
	public void give(Chunk chunk, int first, long length) {
		give(chunk, first, pages(length), false);
	}

	private void give(Chunk chunk, int first, int count, boolean idle) {
		boolean gone = isCacheFull(count) && this.memory.discard(chunk.address(first), (long) count * this.pageSize);
		synchronized (this) {
			chunk.give(first, count, gone, idle);
			this.takenPages -= count;
			this.cachedPages += gone ? 0 : count;
		}
		if (!gone && !this.memory.canDiscard() && isCacheFull(0)) {
			unmapFree(false);
		}
	}

	private synchronized boolean isCacheFull(int more) {
		return (this.cachedPages + more) * this.pageSize > this.cacheLimit;
	}

	/**
	 * Gives back a run whose slices were assigned to an extent.
	 * @param idle whether it has not been in use lately
	 */
	public void reclaim(PageRun run, boolean idle) {
		Chunk chunk = run.chunk();
		synchronized (this) {
			this.map.put(run.address(), run.length(), chunk);
		}
		// whoever frees a block there once more is told so
		for (int page = run.first(); page < run.first() + run.count(); page++) {
			chunk.freeClaimed(chunk.address(page));
		}
		give(chunk, run.first(), run.count(), idle);
	}

	/** Assigns the slices of a run to an extent. */
	public synchronized void assign(PageRun run, Extent extent) {
		this.map.put(run.address(), run.length(), extent);
	}

	/**
	 * Returns memory to the operating system.
	 * @param idleOnly whether to spare what was not idle at the last tick
	 */
	public void purge(boolean idleOnly) {
		for (Chunk chunk : chunks()) {
			purge(chunk, idleOnly);
		}
		unmapFree(idleOnly);
		synchronized (this) {
			this.chunks.forEach(Chunk::tick);
		}
	}

	private synchronized List<Chunk> chunks() {
		return List.copyOf(this.chunks);
	}

	private void purge(Chunk chunk, boolean idleOnly) {
		if (!this.memory.canDiscard()) {
			return;
		}
		int next = 0;
		while (next >= 0) {
			int first;
			int count;
			synchronized (this) {
				first = chunk.nextToPurge(next, idleOnly);
				if (first < 0) {
					return;
				}
				count = chunk.endToPurge(first, idleOnly) - first;
				chunk.take(first, count);
			}
			boolean gone = this.memory.discard(chunk.address(first), (long) count * this.pageSize);
			synchronized (this) {
				chunk.give(first, count, gone, false);
				this.cachedPages -= gone ? count : 0;
			}
			next = first + count;
		}
	}

	private void unmapFree(boolean idleOnly) {
		for (Chunk chunk : chunks()) {
			synchronized (this) {
				boolean unwanted = chunk.isFree() && (chunk.cachedPages() == 0 || !idleOnly || chunk.isIdle());
				if (!unwanted) {
					continue;
				}
				// before somebody else is given the addresses
				this.map.put(chunk.base(), chunk.length(), null);
				if (!this.memory.unmap(chunk.base(), chunk.length())) {
					this.map.put(chunk.base(), chunk.length(), chunk);
					continue;
				}
				this.chunks.remove(chunk);
				// for whoever still visits it: nothing there is free or to be purged
				this.cachedPages -= chunk.take(0, chunk.pages());
				this.reservedBytes -= chunk.length();
			}
		}
	}

	/** Visits every chunk, and each other extent in it once. */
	public void forEachExtent(Consumer<Extent> visitor) {
		for (Chunk chunk : chunks()) {
			visitor.accept(chunk);
			Extent last = chunk;
			for (long address = chunk.base(); address < chunk.base()
					+ chunk.length(); address += ExtentMap.SLICE_SIZE) {
				Extent extent = this.map.get(address);
				if (extent != null && extent != last && extent != chunk) {
					visitor.accept(extent);
					last = extent;
				}
			}
		}
	}

	/** Returns whether the page an address lies in belongs to a run. */
	public synchronized boolean isTaken(Chunk chunk, long address) {
		return !chunk.isFree(chunk.index(address));
	}

	public synchronized long reservedBytes() {
		return this.reservedBytes;
	}

	/** Returns the bytes of all pages that may hold memory. */
	public synchronized long committedBytes() {
		return (this.takenPages + this.cachedPages) * this.pageSize;
	}

	public synchronized long cachedBytes() {
		return this.cachedPages * this.pageSize;
	}

	/** Returns the bytes of all runs that are taken. */
	public synchronized long takenBytes() {
		return this.takenPages * this.pageSize;
	}

	public synchronized boolean isValid() {
		long taken = 0;
		long cached = 0;
		long reserved = 0;
		for (Chunk chunk : this.chunks) {
			if (!chunk.isValid() || this.map.get(chunk.base() + chunk.length() - 1) == null) {
				return false;
			}
			taken += chunk.pages() - chunk.freePages();
			cached += chunk.cachedPages();
			reserved += chunk.length();
		}
		return taken == this.takenPages && cached == this.cachedPages && reserved == this.reservedBytes;
	}

}
