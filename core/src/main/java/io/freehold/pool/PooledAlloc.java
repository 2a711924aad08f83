package io.freehold.pool;

import java.time.Duration;

import io.freehold.MisuseException.Kind;
import io.freehold.held.Owner;
import io.freehold.held.OwningAlloc;
import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.Clock;
import io.freehold.internal.sync.StackSpace;
import io.freehold.pages.BlockWord;
import io.freehold.spi.MemoryUsage;

/**
 * The backend {@code pooled}: an allocator in pure Java, made for many threads of either
 * kind.
 *
 * <p>
 * Sizes up to 32 KiB are rounded up to size classes with at most an eighth of waste above
 * 64 bytes, larger ones to pages; from some megabytes on each block is mapped on its own.
 * Freed memory is kept for a while, up to a bound, and returned to the operating system
 * by a clock of the allocator's own.
 *
 * <p>
 * Misuse is always caught: whoever frees or resizes a block that is not live, or with
 * another size or alignment than it has, gets a {@link io.freehold.MisuseException}, and
 * nothing has changed. What is known of blocks lies on the Java heap, eight bytes for
 * each block there is room for, where no stray write corrupts it.
 */
@SuppressWarnings("exports") // what is not exported is for managed allocators
public final class PooledAlloc implements OwningAlloc, MemoryUsage {

	static final String NAME = "pooled";

	/** How long freed memory is kept unless said otherwise. */
	public static final Duration DEFAULT_PURGE_DELAY = Duration.ofSeconds(10);

	/** How many bytes of freed memory are kept at most unless said otherwise. */
	public static final long DEFAULT_MAX_CACHED = 128 << 20;

	private final PooledBlocks blocks;

	private final BlockAudit audit;

	private final BlockResize resize;

	/** The owner of the blocks that belong to no managed allocator. */
	private final BlockOwner unowned;

	/** What was set last. */
	private volatile long maxCached = DEFAULT_MAX_CACHED;

	private final OwnerNumbers owners;

	/**
	 * Creates an allocator, which holds nothing yet.
	 */
	public PooledAlloc() {
		this(VirtualMemory.ofPlatform());
	}

	PooledAlloc(VirtualMemory memory) {
		this(memory, BlockWord.OWNER_LIMIT);
	}

	PooledAlloc(VirtualMemory memory, long ownerLimit) {
		int processors = Runtime.getRuntime().availableProcessors();
		int stripes = Math.clamp(Integer.highestOneBit(2 * processors - 1) << 1, 4, 64);
		Purger purger = new Purger(DEFAULT_PURGE_DELAY, Clock.INSTANCE);
		this.blocks = new PooledBlocks(memory, stripes, DEFAULT_MAX_CACHED, purger);
		purger.start(this.blocks);
		this.audit = new BlockAudit(NAME, this.blocks);
		this.resize = new BlockResize(this.blocks);
		this.owners = new OwnerNumbers(ownerLimit);
		this.unowned = new BlockOwner(this.blocks, this.audit, this.resize, BlockWord.NO_OWNER, this.owners);
	}

	@Override
	public long allocate(long size, long alignment) {
		StackSpace.forBackend();
		return this.blocks.allocate(size, alignment, BlockWord.NO_OWNER, false);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		StackSpace.forBackend();
		return this.blocks.allocateZeroed(size, alignment, BlockWord.NO_OWNER, false);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		StackSpace.forBackend();
		if (!this.blocks.tryFree(address, size, alignment, BlockWord.NO_OWNER)) {
			throw this.audit.explain(address, size, alignment, Kind.DOUBLE_FREE);
		}
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		StackSpace.forBackend();
		if (newSize <= 0) {
			throw new IllegalArgumentException("newSize must be positive: " + newSize);
		}
		if (this.unowned.tryResizeInPlace(address, oldSize, alignment, newSize)) {
			return address;
		}
		if (!this.unowned.tryClaim(address, oldSize, alignment)) {
			throw this.audit.explain(address, oldSize, alignment, Kind.USE_AFTER_FREE);
		}
		return this.unowned.reallocateClaimed(address, oldSize, alignment, newSize);
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public Owner newOwner() {
		long number = this.owners.take();
		try {
			return new BlockOwner(this.blocks, this.audit, this.resize, number, this.owners);
		}
		catch (OutOfMemoryError ex) {
			this.owners.give(number);
			throw ex;
		}
	}

	/**
	 * Sets how long freed memory is kept before it goes back to the operating system: for
	 * at least half of this time, and no longer than this time and a tenth of a second.
	 * What is kept for a platform thread goes back when the thread waits, or when it next
	 * needs more than is kept for it.
	 * @param delay the delay
	 * @throws IllegalArgumentException if it is negative
	 */
	public void setPurgeDelay(Duration delay) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("purge delay must not be negative: " + delay);
		}
		StackSpace.forBackend();
		this.blocks.purger.setDelay(delay);
	}

	/**
	 * Returns how long freed memory is kept.
	 * @return the delay that was set last, or a hundred years if that is shorter
	 */
	public Duration purgeDelay() {
		return this.blocks.purger.delay();
	}

	/**
	 * Sets how much freed memory is kept at most, by all threads together, for later use:
	 * what is in magazines, in depots and in free pages. Blocks that are free while their
	 * neighbours in the same slab are not do not count: they cannot be returned.
	 * @param bytes the bound
	 * @throws IllegalArgumentException if it is negative
	 */
	public void setMaxCached(long bytes) {
		if (bytes < 0) {
			throw new IllegalArgumentException("max cached must not be negative: " + bytes);
		}
		StackSpace.forBackend();
		this.maxCached = bytes;
		this.blocks.setMaxCached(bytes);
	}

	/**
	 * Returns how much freed memory is kept at most.
	 * @return the bound in bytes that was set last
	 */
	public long maxCached() {
		return this.maxCached;
	}

	/**
	 * Returns what can be returned to the operating system now, except for the free
	 * blocks that are kept for other threads.
	 */
	@Override
	public void trim() {
		StackSpace.forBackend();
		this.blocks.trim();
	}

	@Override
	public long committedBytes() {
		StackSpace.forBackend();
		return this.blocks.committedBytes();
	}

	@Override
	public long reservedBytes() {
		return this.blocks.reservedBytes();
	}

	@Override
	public long cachedBytes() {
		StackSpace.forBackend();
		return this.blocks.cachedBytes();
	}

	@Override
	public long liveBytes() {
		StackSpace.forBackend();
		return this.blocks.liveBytes();
	}

	boolean isValid() {
		return this.blocks.isValid() && this.owners.isValid();
	}

	/** Returns how many threads have magazines. */
	int racks() {
		return this.blocks.threads.count();
	}

	/** Returns whether a thread has magazines. */
	boolean hasMagazines(long threadId) {
		return this.blocks.threads.has(threadId);
	}

	/** Returns how many bytes the magazines of threads have room for. */
	long allowanceUsed() {
		return this.blocks.threads.allowanceUsed();
	}

	/** Returns how many owners there are. */
	int owners() {
		return this.owners.count();
	}

	/** As the clock does. */
	void tick() {
		this.blocks.tick();
	}

	@Override
	public String toString() {
		return NAME;
	}

}
