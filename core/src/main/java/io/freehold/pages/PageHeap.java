package io.freehold.pages;

import java.util.ArrayList;
import java.util.Objects;

import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.LateWarning;
import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.Wait;
import io.freehold.internal.sync.WaitTooLongException;

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
	 * Everything is guarded by one lock, which is held for the time of a search in bit
	 * sets, or of mapping a chunk. Pages are purged without it: meanwhile they are taken,
	 * so that no other thread can have them.
	 *
	 * What has to be allocated on the heap is allocated before anything changes.
	 */

	/** Pages that are purged at once, so that other threads do not wait long for them. */
	private static final int PURGED_AT_ONCE = 256;

	/** Between two looks whether pages have been purged. */
	private static final long NAP_NANOS = 50_000;

	private final VirtualMemory memory;

	private final ExtentMap map;

	private final Mappings mappings;

	private final int pageSize;

	private final PolledLock lock = new PolledLock();

	/** Guarded by the lock, like all below but the limit. */
	private final ArrayList<Chunk> chunks = new ArrayList<>();

	private volatile long cacheLimit;

	/** Runs that are taken only because they are being purged. */
	private int purging;

	/** Pages of runs that are taken, for whatever purpose. */
	private long takenPages;

	private long cachedPages;

	/** Logged later, like that below: a bin may be locked. */
	private final LateWarning discardFault = new LateWarning("pooled",
			": could not give pages back, which will be tried again");

	private final LateWarning purgeDelay = new LateWarning("pooled", ": a thread has gone on without free pages");

	public PageHeap(VirtualMemory memory, ExtentMap map, long cacheLimit) {
		this.memory = memory;
		this.map = map;
		this.mappings = new Mappings(memory);
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

	private @Nullable PageRun take(int count, int alignment) {
		this.lock.lock();
		try {
			PageRun run = find(count, alignment);
			if (run == null && (map(count, alignment) || awaitPurge())) {
				run = find(count, alignment);
			}
			return run;
		}
		finally {
			this.lock.unlock();
		}
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

	/**
	 * Waits until no free pages are taken only because they are being purged. Gives the
	 * lock back meanwhile.
	 * @return whether there were such pages
	 */
	private boolean awaitPurge() {
		if (this.purging == 0) {
			return false;
		}
		Wait wait = Wait.unlogged("pooled", "pages that are being purged");
		boolean again = true;
		while (this.purging > 0 && again) {
			this.lock.unlock();
			try {
				again = wait.shortNap(NAP_NANOS);
			}
			finally {
				this.lock.lock();
			}
		}
		if (!again) {
			this.purgeDelay.note(new WaitTooLongException(wait));
		}
		return true;
	}

	private PageRun take(Chunk chunk, int first, int count) {
		boolean zero = !chunk.isCached(first, count);
		PageRun run = new PageRun(chunk, first, count, zero);
		this.cachedPages -= chunk.take(first, count);
		this.takenPages += count;
		return run;
	}

	/**
	 * Maps a chunk that a run fits into: a smaller one if there is no more.
	 * @return whether there is one now
	 */
	private boolean map(int count, int alignment) {
		long least = Math.max(ExtentMap.SLICE_SIZE, (long) Math.max(count, alignment) * this.pageSize);
		for (long length = this.memory.chunkSize(); length >= least; length /= 2) {
			if (map(length)) {
				return true;
			}
		}
		return false;
	}

	private boolean map(long length) {
		this.chunks.ensureCapacity(this.chunks.size() + 1);
		// the alignment that a run may have, for arenas pay for each byte of it
		Mapping mapping = this.mappings.map(length, Math.min(length, maxRun()));
		if (mapping == null) {
			return false;
		}
		try {
			if (ExtentMap.isInReach(mapping.address, length)) {
				Chunk chunk = new Chunk(mapping, this.pageSize);
				this.map.put(chunk.base(), length, chunk);
				this.chunks.add(chunk);
				return true;
			}
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap to find it by
		}
		this.mappings.unmap(mapping);
		return false;
	}

	/**
	 * Takes the pages behind a run too, if they are free.
	 * @param length of the run in bytes; rounded up to whole pages
	 * @param newLength the length it is to have
	 * @return whether the run has the new length now
	 */
	public boolean extend(Chunk chunk, int first, long length, long newLength) {
		int end = first + pages(length);
		int newEnd = first + pages(newLength);
		if (newEnd <= end) {
			return true;
		}
		this.lock.lock();
		try {
			if (!chunk.isFree(end, newEnd - end)) {
				return false;
			}
			this.cachedPages -= chunk.take(end, newEnd - end);
			this.takenPages += newEnd - end;
			return true;
		}
		finally {
			this.lock.unlock();
		}
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
		this.lock.lock();
		try {
			if ((this.cachedPages + count) * this.pageSize <= this.cacheLimit) {
				give(chunk, first, count, false, idle);
				return;
			}
		}
		finally {
			this.lock.unlock();
		}
		boolean gone = discard(chunk, first, count);
		this.lock.lock();
		try {
			give(chunk, first, count, gone, idle);
			if (!gone && !this.memory.canDiscard() && chunk.isFree()) {
				unmap(chunk);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void give(Chunk chunk, int first, int count, boolean gone, boolean idle) {
		chunk.give(first, count, gone, idle);
		this.takenPages -= count;
		this.cachedPages += gone ? 0 : count;
	}

	/** Gives pages that are taken back to the system; returns whether they are gone. */
	private boolean discard(Chunk chunk, int first, int count) {
		try {
			return this.memory.discard(chunk.address(first), (long) count * this.pageSize);
		}
		catch (Throwable ex) {
			this.discardFault.note(ex);
			return false;
		}
	}

	/**
	 * Gives back a run whose slices were assigned to an extent.
	 * @param idle whether it has not been in use lately
	 */
	public void reclaim(PageRun run, boolean idle) {
		Chunk chunk = run.chunk();
		assign(run, chunk);
		// a thread that frees a block there once more is told so
		for (int page = run.first(); page < run.first() + run.count(); page++) {
			chunk.freeClaimed(chunk.address(page));
		}
		give(chunk, run.first(), run.count(), idle);
	}

	/** Assigns the slices of a run to an extent. Needs no heap. */
	public void assign(PageRun run, Extent extent) {
		this.lock.lock();
		try {
			this.map.put(run.address(), run.length(), extent);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns memory to the operating system.
	 * @param idleOnly whether to spare what was not idle at the last tick
	 */
	public void purge(boolean idleOnly) {
		this.mappings.retry();
		Chunk[] chunks = chunks();
		for (Chunk chunk : chunks) {
			purge(chunk, idleOnly);
		}
		this.lock.lock();
		try {
			for (Chunk chunk : chunks) {
				if (chunk.isFree() && (chunk.cachedPages() == 0 || !idleOnly || chunk.isIdle())) {
					unmap(chunk);
				}
			}
			for (Chunk chunk : this.chunks) {
				chunk.tick();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns a snapshot; a chunk in it may be unmapped by the time it is visited. */
	private Chunk[] chunks() {
		this.lock.lock();
		try {
			return this.chunks.toArray(new Chunk[0]);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void purge(Chunk chunk, boolean idleOnly) {
		if (!this.memory.canDiscard()) {
			return;
		}
		int next = 0;
		while (next >= 0) {
			int first;
			int count;
			this.lock.lock();
			try {
				first = chunk.nextToPurge(next, idleOnly);
				if (first < 0) {
					return;
				}
				count = Math.min(chunk.endToPurge(first, idleOnly) - first, PURGED_AT_ONCE);
				chunk.take(first, count);
				this.purging++;
			}
			finally {
				this.lock.unlock();
			}
			boolean gone = discard(chunk, first, count);
			this.lock.lock();
			try {
				chunk.give(first, count, gone, false);
				this.cachedPages -= gone ? count : 0;
				this.purging--;
			}
			finally {
				this.lock.unlock();
			}
			next = first + count;
		}
	}

	/** Unmaps a chunk all of which is free, if the system takes it back. */
	private void unmap(Chunk chunk) {
		Mapping mapping = Objects.requireNonNull(chunk.mapping);
		// before another chunk is given the addresses
		this.map.put(chunk.base(), chunk.length(), null);
		if (!this.mappings.tryUnmap(mapping)) {
			this.map.put(chunk.base(), chunk.length(), chunk);
			return;
		}
		this.chunks.remove(chunk);
		this.cachedPages -= chunk.cachedPages();
		chunk.close();
	}

	/**
	 * Returns the bit that stands for the slice an address lies in, and for others.
	 */
	public static long slice(long address) {
		return 1L << (address >>> ExtentMap.SLICE_SHIFT);
	}

	/** Visits the places in all slices that some of these bits stand for. */
	public void forEachSlice(long slices, Visitor visitor) {
		for (Chunk chunk : chunks()) {
			long end = chunk.base() + chunk.length();
			for (long address = chunk.base(); address < end; address += ExtentMap.SLICE_SIZE) {
				Extent extent = ((slices & slice(address)) != 0) ? this.map.get(address) : null;
				// a huge block if the chunk was unmapped meanwhile
				if (extent != null && !(extent instanceof HugeBlock)) {
					visitor.visit(extent, extent.firstPlace(address),
							extent.firstPlace(address + ExtentMap.SLICE_SIZE));
				}
			}
		}
	}

	public long reservedBytes() {
		return this.mappings.bytes();
	}

	/** Returns the bytes of all pages that may hold memory. */
	public long committedBytes() {
		this.lock.lock();
		try {
			return (this.takenPages + this.cachedPages) * this.pageSize;
		}
		finally {
			this.lock.unlock();
		}
	}

	public long cachedBytes() {
		this.lock.lock();
		try {
			return this.cachedPages * this.pageSize;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the bytes of all runs that are taken. */
	public long takenBytes() {
		this.lock.lock();
		try {
			return this.takenPages * this.pageSize;
		}
		finally {
			this.lock.unlock();
		}
	}

	public boolean isValid() {
		this.lock.lock();
		try {
			long taken = 0;
			long cached = 0;
			long mapped = 0;
			for (Chunk chunk : this.chunks) {
				if (!chunk.isValid() || this.map.get(chunk.base() + chunk.length() - 1) == null) {
					return false;
				}
				taken += chunk.pages() - chunk.freePages();
				cached += chunk.cachedPages();
				mapped += chunk.length();
			}
			return taken == this.takenPages && cached == this.cachedPages
					&& mapped + this.mappings.stuckBytes() == this.mappings.bytes();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Told of places. */
	@FunctionalInterface
	public interface Visitor {

		/** Called for the places of an extent from the first to that before the end. */
		void visit(Extent extent, int first, int end);

	}

}
