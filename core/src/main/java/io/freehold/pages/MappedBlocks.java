package io.freehold.pages;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.freehold.internal.VirtualMemory;

import org.jspecify.annotations.Nullable;

/**
 * Blocks too large for a run of pages: each is mapped on its own, and gone as soon as it
 * is freed.
 */
public final class MappedBlocks {

	/*
	 * Whoever changes the state of a block from live, which its monitor grants to one
	 * thread only, is the one who frees, resizes or releases it. A block is found by its
	 * address; the entry of one that is gone counts for nothing, and goes before the
	 * mapping does, for then another thread may be given the address.
	 *
	 * What has to be allocated on the heap is allocated before memory is mapped or moved,
	 * so that the heap running out loses nothing.
	 */

	/** More than there are addresses for processes. */
	public static final long MAX_SIZE = 1L << 47;

	private static final int REMEMBERED = 64;

	private final VirtualMemory memory;

	private final ConcurrentSkipListMap<Long, MappedBlock> blocks = new ConcurrentSkipListMap<>();

	/**
	 * Freed blocks that the system did not take back yet: the last of a list that ends
	 * with one that is its own next. Guarded by this object's monitor.
	 */
	private @Nullable MappedBlock stuck;

	/** Bytes of all mappings. Added to after mapping, subtracted from after unmapping. */
	private final AtomicLong mappedBytes = new AtomicLong();

	/** Bytes of the mappings of live blocks. */
	private final AtomicLong liveBytes = new AtomicLong();

	/**
	 * Addresses freed last, for the words of a refusal only: written by racing stores.
	 */
	private final long[] freed = new long[REMEMBERED];

	/** Where the next freed address goes. */
	private final AtomicLong freedCount = new AtomicLong();

	public MappedBlocks(VirtualMemory memory) {
		this.memory = memory;
	}

	/**
	 * Maps a block, all of it zero.
	 * @return its address, or 0 if refused
	 */
	public long allocate(long size, long alignment, long owner, boolean claimed) {
		long mappedAlignment = Math.max(alignment, this.memory.pageSize());
		if (size >= MAX_SIZE || mappedAlignment >= MAX_SIZE) {
			return 0;
		}
		MappedBlock block = map(size, mappedAlignment, alignment, owner, claimed);
		return (block != null) ? block.address() : 0;
	}

	private @Nullable MappedBlock map(long size, long mappedAlignment, long alignment, long owner, boolean claimed) {
		long length = length(size);
		MappedBlock block = new MappedBlock(length, size, alignment, owner, claimed);
		long address = this.memory.map(length, mappedAlignment);
		if (address == 0) {
			return null;
		}
		block.setAddress(address);
		this.mappedBytes.addAndGet(length);
		try {
			this.blocks.put(address, block);
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap to find it by
			block.freeClaimed();
			forget(block);
			unmap(block);
			return null;
		}
		this.liveBytes.addAndGet(length);
		return block;
	}

	/** Removes the entry of a block that is gone. */
	private void forget(MappedBlock block) {
		try {
			this.blocks.remove(block.address(), block);
		}
		catch (OutOfMemoryError ex) {
			// what is left of the entry counts for nothing
		}
	}

	private long length(long size) {
		return (size + this.memory.pageSize() - 1) & -this.memory.pageSize();
	}

	/**
	 * Frees a block if it is live and recorded in just this way.
	 * @return whether it was; if not, nothing has changed
	 */
	public boolean tryFree(long address, long size, long alignment, long owner) {
		MappedBlock block = this.blocks.get(address);
		if (block == null || !block.tryFree(size, alignment, owner)) {
			return false;
		}
		release(block);
		return true;
	}

	private void release(MappedBlock block) {
		rememberFreed(block.address());
		this.liveBytes.addAndGet(-block.length());
		forget(block);
		unmap(block);
	}

	private void rememberFreed(long address) {
		this.freed[(int) this.freedCount.getAndIncrement() & (REMEMBERED - 1)] = address;
	}

	private void unmap(MappedBlock block) {
		if (this.memory.unmap(block.address(), block.length())) {
			this.mappedBytes.addAndGet(-block.length());
			return;
		}
		synchronized (this) {
			MappedBlock next = this.stuck;
			block.nextStuck = (next != null) ? next : block;
			this.stuck = block;
		}
	}

	/** Tries once more to unmap what the system did not take back. */
	public void retryUnmapping() {
		MappedBlock block;
		synchronized (this) {
			block = this.stuck;
			this.stuck = null;
		}
		while (block != null) {
			MappedBlock next = block.nextStuck;
			unmap(block);
			block = (next != block) ? next : null;
		}
	}

	/** Claims a block if it is live and recorded in just this way. */
	public boolean tryClaim(long address, long size, long alignment, long owner) {
		MappedBlock block = this.blocks.get(address);
		return block != null && block.tryClaim(size, alignment, owner);
	}

	/** Makes a block that the caller has claimed live again, with another size. */
	public void unclaim(long address, long size) {
		claimed(address).unclaim(size);
	}

	/** Frees a block that the caller has claimed. */
	public void freeClaimed(long address) {
		MappedBlock block = claimed(address);
		block.freeClaimed();
		release(block);
	}

	private MappedBlock claimed(long address) {
		MappedBlock block = this.blocks.get(address);
		if (block == null) {
			throw new AssertionError("0x" + Long.toHexString(address) + " is no block that could be claimed");
		}
		return block;
	}

	/**
	 * Resizes the mapping of a block that the caller has claimed; the block stays
	 * claimed.
	 * @return its address, which may be another; 0 if refused, with nothing changed
	 */
	public long resize(long address, long newSize) {
		MappedBlock block = this.blocks.get(address);
		if (block == null || newSize >= MAX_SIZE) {
			return 0;
		}
		long length = block.length();
		long newLength = length(newSize);
		if (newLength == length || this.memory.resize(address, length, newLength)) {
			block.resize(newLength, newSize);
			this.mappedBytes.addAndGet(newLength - length);
			this.liveBytes.addAndGet(newLength - length);
			return address;
		}
		return (newLength > length && this.memory.canMove()) ? move(block, newSize) : 0;
	}

	/** Moves the pages of a block to a larger mapping. */
	private long move(MappedBlock block, long newSize) {
		long mappedAlignment = Math.max(block.alignment(), this.memory.pageSize());
		MappedBlock moved = map(newSize, mappedAlignment, block.alignment(), block.owner(), true);
		if (moved == null) {
			return 0;
		}
		if (!this.memory.move(block.address(), block.length(), moved.address(), moved.length())) {
			drop(moved);
			return 0;
		}
		rememberFreed(block.address());
		drop(block);
		return moved.address();
	}

	/** Forgets a block that the caller has claimed and that is mapped no more. */
	private void drop(MappedBlock block) {
		block.freeClaimed();
		this.liveBytes.addAndGet(-block.length());
		this.mappedBytes.addAndGet(-block.length());
		forget(block);
	}

	/** Returns the block that an address lies in, or null. */
	public @Nullable MappedBlock find(long address) {
		Map.Entry<Long, MappedBlock> entry = this.blocks.floorEntry(address);
		if (entry == null) {
			return null;
		}
		MappedBlock block = entry.getValue();
		return (!block.isGone() && address - block.address() < block.size()) ? block : null;
	}

	/** Returns whether a block at this address was freed not long ago. */
	public boolean wasFreed(long address) {
		for (long other : this.freed) {
			if (other == address && address != 0) {
				return true;
			}
		}
		return false;
	}

	public void forEach(Consumer<MappedBlock> visitor) {
		this.blocks.values().forEach(visitor);
	}

	public long mappedBytes() {
		return this.mappedBytes.get();
	}

	public long liveBytes() {
		return this.liveBytes.get();
	}

	public boolean isValid() {
		long live = 0;
		long end = 0;
		for (MappedBlock block : this.blocks.values()) {
			if (block.isGone() || block.address() < end || block.size() > block.length()) {
				return false;
			}
			end = block.address() + block.length();
			live += block.length();
		}
		return live == this.liveBytes.get() && live + stuckBytes() == this.mappedBytes.get();
	}

	private synchronized long stuckBytes() {
		long bytes = 0;
		MappedBlock block = this.stuck;
		while (block != null) {
			bytes += block.length();
			block = (block.nextStuck != block) ? block.nextStuck : null;
		}
		return bytes;
	}

}
