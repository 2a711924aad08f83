package io.freehold.pool;

import java.util.concurrent.atomic.AtomicLong;

import io.freehold.internal.Memory;
import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.PolledLock;
import io.freehold.pages.BlockWord;
import io.freehold.pages.Chunk;
import io.freehold.pages.Extent;
import io.freehold.pages.ExtentMap;
import io.freehold.pages.HugeBlock;
import io.freehold.pages.HugeBlocks;
import io.freehold.pages.PageHeap;
import io.freehold.pages.PageRun;

import org.jspecify.annotations.Nullable;

/**
 * The blocks of a pooled allocator: small ones in slabs, large ones in runs of pages,
 * huge ones in mappings of their own. Any thread may call any method.
 */
final class PooledBlocks implements Purger.Memory {

	/*
	 * A free block of a small size moves on a ladder: from its slab (a bit) to the depot
	 * of its bin or to a magazine (its address), to a user (its word), and back. Most of
	 * the time it goes no further than between a user and the magazine on top of the
	 * ladder, which belongs to the current thread: a pair of calls costs one
	 * compare-and-set, the one that makes sure that a block is freed once.
	 */

	/**
	 * The parts of what may be cached that free pages, the magazines of threads, and all
	 * the rest (stripes, depots, empty slabs) may take.
	 */
	private static final int PAGES_SHARE = 2;

	private static final int THREADS_SHARE = 4;

	private static final int REST_SHARE = 4;

	private final ExtentMap map = new ExtentMap();

	final PageHeap pages;

	final HugeBlocks huge;

	final Bin[] bins = new Bin[SizeClass.COUNT];

	private final CacheAllowance threadsAllowance;

	private final CacheAllowance restAllowance;

	final ThreadMagazines threads;

	/** The racks of the threads, duplicated here to save one load. */
	private final long[][] racks;

	private final SharedMagazines shared;

	private final Shrinkage shrinkage = new Shrinkage();

	/** Held by the one who adds up all that is cached. */
	private final PolledLock checking = new PolledLock();

	/** How many bytes may be cached. */
	private volatile long maxCached;

	private final long maxRun;

	final Purger purger;

	/** How many ticks there were. By atomic increments. */
	private final AtomicLong ticks = new AtomicLong();

	PooledBlocks(VirtualMemory memory, int stripes, long maxCached, Purger purger) {
		this.purger = purger;
		this.maxCached = maxCached;
		this.pages = new PageHeap(memory, this.map, maxCached / PAGES_SHARE);
		this.huge = new HugeBlocks(memory, this.map);
		this.maxRun = this.pages.maxRun();
		this.threadsAllowance = new CacheAllowance(maxCached / THREADS_SHARE);
		this.restAllowance = new CacheAllowance(maxCached / REST_SHARE);
		for (int i = 0; i < this.bins.length; i++) {
			this.bins[i] = new Bin(i, this.pages, this.map, this.restAllowance, this.shrinkage);
		}
		this.threads = new ThreadMagazines(this.bins, this.threadsAllowance);
		this.racks = this.threads.near();
		this.shared = new SharedMagazines(this.bins, this.restAllowance, stripes);
	}

	void setMaxCached(long bytes) {
		this.maxCached = bytes;
		this.threadsAllowance.setLimit(bytes / THREADS_SHARE);
		this.restAllowance.setLimit(bytes / REST_SHARE);
		this.pages.setCacheLimit(bytes / PAGES_SHARE);
		trim();
		// the magazines of other threads are theirs to empty
		tick();
	}

	/**
	 * Allocates a block of unspecified content.
	 * @param claimed whether it starts claimed instead of live
	 * @return its address, or 0 if refused
	 */
	long allocate(long size, long alignment, long owner, boolean claimed) {
		long rounded = (size + alignment - 1) & -alignment;
		if (Long.compareUnsigned(rounded - 1, SizeClass.MAX_SIZE) >= 0 || !isPowerOfTwo(alignment)) {
			return allocateLarge(size, alignment, owner, claimed, false);
		}
		long address = take(SizeClass.of(rounded));
		if (address != 0) {
			Extent extent = extent(address);
			extent.setLivePlain(extent.index(address), word(size, alignment, owner, claimed));
		}
		return address;
	}

	/** Allocates a block, the first {@code size} bytes of which are zero. */
	long allocateZeroed(long size, long alignment, long owner, boolean claimed) {
		long rounded = (size + alignment - 1) & -alignment;
		if (Long.compareUnsigned(rounded - 1, SizeClass.MAX_SIZE) >= 0 || !isPowerOfTwo(alignment)) {
			return allocateLarge(size, alignment, owner, claimed, true);
		}
		long address = take(SizeClass.of(rounded));
		if (address != 0) {
			Slab slab = (Slab) extent(address);
			int index = slab.index(address);
			if (!slab.isZero(index)) {
				Memory.zero(address, size);
			}
			slab.setLive(index, word(size, alignment, owner, claimed));
		}
		return address;
	}

	private static boolean isPowerOfTwo(long alignment) {
		return alignment > 0 && (alignment & (alignment - 1)) == 0;
	}

	private static long word(long size, long alignment, long owner, boolean claimed) {
		long live = BlockWord.live(size, alignment, owner);
		return claimed ? BlockWord.claimed(live) : live;
	}

	/** Returns the extent of an address that is known to belong to one. */
	Extent extent(long address) {
		Extent extent = this.map.get(address);
		if (extent == null) {
			throw new AssertionError("0x" + Long.toHexString(address) + " belongs to no extent");
		}
		return extent;
	}

	private long take(int sizeClass) {
		long threadId = Thread.currentThread().threadId();
		long[] rack = rack(threadId);
		if (Rack.belongsTo(rack, threadId)) {
			long address = Rack.take(rack, sizeClass);
			if (address != 0) {
				return address;
			}
		}
		return takeElsewhere(sizeClass);
	}

	/** Returns the rack of a thread, or one that belongs to another thread. */
	private long[] rack(long threadId) {
		long[] rack = this.racks[ThreadMagazines.index(threadId)];
		return Rack.belongsTo(rack, threadId) ? rack : this.racks[ThreadMagazines.otherIndex(threadId)];
	}

	private long takeElsewhere(int sizeClass) {
		long address = this.threads.take(sizeClass, this.ticks.get());
		if (address == 0) {
			address = this.shared.take(sizeClass);
		}
		if (address == 0) {
			address = takeGathered(sizeClass);
		}
		this.purger.wake();
		return address;
	}

	private long takeGathered(int sizeClass) {
		try {
			gather();
			return this.bins[sizeClass].takeOne();
		}
		catch (OutOfMemoryError ex) {
			// the heap's: nothing has been taken
			return 0;
		}
	}

	private long allocateLarge(long size, long alignment, long owner, boolean claimed, boolean zeroed) {
		if (size <= 0 || !isPowerOfTwo(alignment)) {
			throw new IllegalArgumentException(
					"size must be positive and alignment a power of two: size " + size + ", alignment " + alignment);
		}
		try {
			long address = (size <= this.maxRun && alignment <= this.maxRun)
					? allocateRun(size, alignment, owner, claimed, zeroed) : 0;
			// there may be room for the block where there is none for a chunk around it
			return (address != 0) ? address : map(size, alignment, owner, claimed);
		}
		catch (OutOfMemoryError ex) {
			// the heap's: nothing has been taken
			return 0;
		}
		finally {
			this.purger.wake();
		}
	}

	private long map(long size, long alignment, long owner, boolean claimed) {
		long address = this.huge.allocate(size, alignment, owner, claimed);
		if (address == 0 && size <= this.pages.reservedBytes()) {
			// perhaps there is room if free chunks are unmapped
			trim();
			address = this.huge.allocate(size, alignment, owner, claimed);
		}
		return address;
	}

	private long allocateRun(long size, long alignment, long owner, boolean claimed, boolean zeroed) {
		PageRun run = this.pages.take(size, alignment);
		if (run == null) {
			gather();
			run = this.pages.take(size, alignment);
			if (run == null) {
				return 0;
			}
		}
		long address = run.address();
		if (zeroed && !run.zero()) {
			Memory.zero(address, size);
		}
		run.chunk().setLive(run.first(), word(size, alignment, owner, claimed));
		return address;
	}

	/**
	 * Frees a block if it is live and recorded in just this way.
	 * @return whether it was; if not, nothing has changed
	 */
	boolean tryFree(long address, long size, long alignment, long owner) {
		if (fitsWord(size, alignment)) {
			Extent extent = this.map.get(address);
			long live = BlockWord.live(size, alignment, owner);
			if (extent instanceof Slab slab) {
				// looked up before the block is freed: nothing is read ahead of that
				long threadId = Thread.currentThread().threadId();
				long[] rack = rack(threadId);
				int sizeClass = slab.sizeClass();
				if (slab.tryFree(address, live)) {
					if (!Rack.belongsTo(rack, threadId) || !Rack.give(rack, sizeClass, address)) {
						giveElsewhere(sizeClass, address);
					}
					return true;
				}
			}
			else if (extent instanceof Chunk chunk && chunk.tryFree(address, live)) {
				recycle(chunk, address, size);
				return true;
			}
		}
		return this.map.get(address) instanceof HugeBlock block
				&& this.huge.tryFree(block, address, size, alignment, owner);
	}

	private static boolean fitsWord(long size, long alignment) {
		return Long.compareUnsigned(size | alignment, BlockWord.SIZE_LIMIT) < 0 && isPowerOfTwo(alignment);
	}

	private void recycle(Extent extent, long address, long size) {
		if (extent instanceof Slab slab) {
			giveElsewhere(slab.sizeClass(), address);
		}
		else {
			Chunk chunk = (Chunk) extent;
			this.pages.give(chunk, chunk.index(address), size);
		}
	}

	private void giveElsewhere(int sizeClass, long address) {
		if (!this.threads.give(sizeClass, address, this.ticks.get())) {
			this.shared.give(sizeClass, address);
		}
		if (this.shrinkage.isCheckDue()) {
			shrink();
		}
	}

	/** Gives back all that is cached beside free pages, if more is than is allowed. */
	private void shrink() {
		if (!this.checking.tryLock()) {
			return;
		}
		try {
			boolean exceeded = cachedBytes() > this.maxCached;
			this.shrinkage.checked(exceeded);
			if (exceeded) {
				gather();
				if (cachedBytes() > this.maxCached) {
					this.threads.takeSome();
				}
			}
		}
		catch (OutOfMemoryError ex) {
			// the heap's: it is tried again later
		}
		finally {
			this.checking.unlock();
		}
	}

	/**
	 * Claims a block if it is live and recorded in just this way: from then on nobody
	 * else can free or claim it.
	 */
	boolean tryClaim(long address, long size, long alignment, long owner) {
		if (fitsWord(size, alignment)) {
			Extent extent = this.map.get(address);
			if (extent != null && !(extent instanceof HugeBlock)
					&& extent.tryClaim(address, BlockWord.live(size, alignment, owner))) {
				return true;
			}
		}
		return this.map.get(address) instanceof HugeBlock block
				&& this.huge.tryClaim(block, address, size, alignment, owner);
	}

	/**
	 * Records a live block with another size if its place is fit for that.
	 * @return whether it was; if not, nothing has changed
	 */
	boolean tryResizeInPlace(long address, long size, long alignment, long newSize, long owner) {
		return fitsWord(size, alignment) && this.map.get(address) instanceof Slab slab
				&& slab.isFitFor(newSize, alignment) && slab.tryReplace(address, BlockWord.live(size, alignment, owner),
						BlockWord.live(newSize, alignment, owner));
	}

	/** Makes a claimed block live again, recorded with the given size. */
	void unclaim(long address, long size, long alignment, long owner) {
		Extent extent = extent(address);
		if (extent instanceof HugeBlock block) {
			this.huge.unclaim(block, size);
		}
		else {
			extent.setLive(extent.index(address), BlockWord.live(size, alignment, owner));
		}
	}

	/** Frees a block that the caller has claimed. */
	void freeClaimed(long address, long size) {
		Extent extent = extent(address);
		if (extent instanceof HugeBlock block) {
			this.huge.freeClaimed(block);
		}
		else {
			extent.freeClaimed(address);
			recycle(extent, address, size);
		}
	}

	/** Returns the largest size in bytes of blocks that are not mapped on their own. */
	long maxRun() {
		return this.maxRun;
	}

	/** Returns the extent that an address may belong to. */
	@Nullable Extent find(long address) {
		return this.map.get(address);
	}

	/** Gives free blocks and slabs back to the pages, so that others can have them. */
	private void gather() {
		this.threads.drainOwn();
		this.threads.reap();
		this.shared.drain();
		for (Bin bin : this.bins) {
			bin.trim(false);
		}
	}

	/** Gives back all that is cached, except in the magazines of other living threads. */
	void trim() {
		gather();
		this.pages.purge(false);
		this.huge.retryUnmapping();
	}

	@Override
	public void tick() {
		long tick = this.ticks.incrementAndGet();
		this.threads.tick();
		this.shared.drainIdle(tick);
		for (Bin bin : this.bins) {
			bin.trim(true);
		}
		this.pages.purge(true);
		this.huge.retryUnmapping();
	}

	/** Returns the bytes of the places that blocks are in. */
	long liveBytes() {
		long slabs = 0;
		long out = 0;
		for (Bin bin : this.bins) {
			slabs += bin.slabBytes();
			out += bin.outBytes();
		}
		long small = out - this.threads.bytes() - this.shared.bytes();
		return small + (this.pages.takenBytes() - slabs) + this.huge.liveBytes();
	}

	@Override
	public long committedBytes() {
		return this.pages.committedBytes() + this.huge.mappedBytes();
	}

	/** Returns how many bytes are committed and no part of the place of a block. */
	long cachedBytes() {
		// two readings at different times, so that the second may be the larger one
		return Math.max(0, committedBytes() - liveBytes());
	}

	long reservedBytes() {
		return this.pages.reservedBytes() + this.huge.mappedBytes();
	}

	/** Expects that nobody uses the allocator meanwhile. */
	boolean isValid() {
		for (Bin bin : this.bins) {
			if (!bin.isValid()) {
				return false;
			}
		}
		return this.pages.isValid() && this.huge.isValid();
	}

}
