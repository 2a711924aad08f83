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

	/** Pages that are purged at once, so that nobody waits long for them. */
	private static final int PURGED_AT_ONCE = 256;

	private final VirtualMemory memory;

	private final ExtentMap map;

	private final int pageSize;

	private final List<Chunk> chunks = new ArrayList<>();

	private volatile long cacheLimit;

	/** Runs that are taken only because they are being purged. */
	private int purging;

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
		PageRun run = find(count, alignment);
		if (run != null) {
			return run;
		}
		Chunk chunk = map(count, alignment);
		if (chunk != null) {
			return take(chunk, 0, count);
		}
		awaitPurge();
		return find(count, alignment);
	}

	private @Nullable PageRun find(int count, int alignment) {
		for (Chunk chunk : this.chunks) {
			int first = chunk.find(count, alignment);
			if (first >= 0) {
				return take(chunk, first, count);
			}
		}
		return null;
	}

	/** Waits until no free pages are taken only because they are being purged. */
	private void awaitPurge() {
		boolean interrupted = false;
		while (this.purging > 0) {
			try {
				wait();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private PageRun take(Chunk chunk, int first, int count) {
		boolean zero = !chunk.isCached(first, count);
		PageRun run = new PageRun(chunk, first, count, zero);
		this.cachedPages -= chunk.take(first, count);
		this.takenPages += count;
		return run;
	}

	/** Maps a chunk that a run fits into: a smaller one if there is no more. */
	private @Nullable Chunk map(int count, int alignment) {
		long least = Math.max(ExtentMap.SLICE_SIZE, (long) Math.max(count, alignment) * this.pageSize);
		for (long length = this.memory.chunkSize(); length >= least; length /= 2) {
			Chunk chunk = map(length);
			if (chunk != null) {
				return chunk;
			}
		}
		return null;
	}

	private @Nullable Chunk map(long length) {
		// the alignment that a run may have, for arenas pay for each byte of it
		long base = this.memory.map(length, Math.min(length, maxRun()));
		if (base == 0) {
			return null;
		}
		boolean done = false;
		try {
			if (ExtentMap.isInReach(base, length)) {
				Chunk chunk = new Chunk(base, length, this.pageSize);
				this.chunks.add(chunk);
				this.map.put(base, length, chunk);
				this.reservedBytes += length;
				done = true;
				return chunk;
			}
			return null;
		}
		finally {
			if (!done) {
				this.chunks.removeIf((chunk) -> chunk.base() == base);
				this.memory.unmap(base, length);
			}
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
		synchronized (this) {
			if ((this.cachedPages + count) * this.pageSize <= this.cacheLimit) {
				give(chunk, first, count, false, idle);
				return;
			}
		}
		boolean gone = this.memory.discard(chunk.address(first), (long) count * this.pageSize);
		synchronized (this) {
			give(chunk, first, count, gone, idle);
			if (!gone && !this.memory.canDiscard() && chunk.isFree()) {
				unmap(chunk);
			}
		}
	}

	private void give(Chunk chunk, int first, int count, boolean gone, boolean idle) {
		chunk.give(first, count, gone, idle);
		this.takenPages -= count;
		this.cachedPages += gone ? 0 : count;
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
				count = Math.min(chunk.endToPurge(first, idleOnly) - first, PURGED_AT_ONCE);
				chunk.take(first, count);
				this.purging++;
			}
			boolean gone = false;
			try {
				gone = this.memory.discard(chunk.address(first), (long) count * this.pageSize);
			}
			finally {
				synchronized (this) {
					chunk.give(first, count, gone, false);
					this.cachedPages -= gone ? count : 0;
					this.purging--;
					notifyAll();
				}
			}
			next = first + count;
		}
	}

	private void unmapFree(boolean idleOnly) {
		for (Chunk chunk : chunks()) {
			synchronized (this) {
				if (chunk.isFree() && (chunk.cachedPages() == 0 || !idleOnly || chunk.isIdle())) {
					unmap(chunk);
				}
			}
		}
	}

	/** Unmaps a chunk all of which is free, if the system takes it back. */
	private void unmap(Chunk chunk) {
		// before somebody else is given the addresses
		this.map.put(chunk.base(), chunk.length(), null);
		if (!this.memory.unmap(chunk.base(), chunk.length())) {
			this.map.put(chunk.base(), chunk.length(), chunk);
			return;
		}
		this.chunks.remove(chunk);
		this.cachedPages -= chunk.cachedPages();
		this.reservedBytes -= chunk.length();
		chunk.close();
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
