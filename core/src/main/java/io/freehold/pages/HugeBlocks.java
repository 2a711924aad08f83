package io.freehold.pages;

import java.util.concurrent.atomic.AtomicLong;

import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.PolledLock;

import org.jspecify.annotations.Nullable;

/**
 * Blocks too large for a run of pages: each is mapped on its own, and unmapped as soon as
 * it is freed.
 */
public final class HugeBlocks {

	/*
	 * The thread that changes the word of a block from live, by compare-and-set, is the
	 * one that frees, resizes or releases it. A block is found by its address in the
	 * extent map. Its entry goes before its mapping does, since the address can be
	 * another thread's as soon as it is unmapped. A move may unmap either block, so that
	 * both have no entry meanwhile.
	 *
	 * What has to be allocated on the heap is allocated before memory is mapped or moved,
	 * or else the memory is unmapped again. To free a block takes no heap.
	 */

	/** More than there are addresses for processes. */
	public static final long MAX_SIZE = 1L << 47;

	private static final int REMEMBERED = 64;

	private final VirtualMemory memory;

	private final ExtentMap map;

	private final Mappings mappings;

	/** Guards the list, and the entries of huge blocks in the map. */
	private final PolledLock lock = new PolledLock();

	/** The first of the list of all blocks. */
	private @Nullable HugeBlock first;

	/** Bytes of the mappings of live blocks. By atomic adds. */
	private final AtomicLong liveBytes = new AtomicLong();

	/**
	 * Addresses freed last, for the words of a refusal only: written by racing stores.
	 */
	private final long[] freed = new long[REMEMBERED];

	/** Where the next freed address goes. By atomic increments. */
	private final AtomicLong freedCount = new AtomicLong();

	public HugeBlocks(VirtualMemory memory, ExtentMap map) {
		this.memory = memory;
		this.map = map;
		this.mappings = new Mappings(memory);
	}

	/**
	 * Maps a block, all of it zero.
	 * @param claimed whether it starts claimed instead of live
	 * @return its address, or 0 if refused
	 */
	public long allocate(long size, long alignment, long owner, boolean claimed) {
		HugeBlock block = map(size, alignment, owner);
		if (block == null) {
			return 0;
		}
		if (!claimed) {
			block.unclaim(size);
		}
		return block.base();
	}

	private @Nullable HugeBlock map(long size, long alignment, long owner) {
		long mappedAlignment = Math.max(alignment, this.memory.pageSize());
		if (size >= MAX_SIZE || mappedAlignment >= MAX_SIZE) {
			return null;
		}
		Mapping mapping = this.mappings.map(length(size), mappedAlignment);
		if (mapping == null) {
			return null;
		}
		try {
			if (ExtentMap.isInReach(mapping.address, mapping.length)) {
				HugeBlock block = new HugeBlock(mapping, size, alignment, owner);
				add(block);
				this.liveBytes.addAndGet(mapping.length);
				return block;
			}
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap to find it by
		}
		this.mappings.unmap(mapping);
		return null;
	}

	/** Whole pages, and a slice at least: no other block starts in the same one. */
	private long length(long size) {
		return Math.max(ExtentMap.SLICE_SIZE, (size + this.memory.pageSize() - 1) & -this.memory.pageSize());
	}

	private void add(HugeBlock block) {
		this.lock.lock();
		try {
			this.map.put(block.base(), 1, block);
			HugeBlock second = this.first;
			block.next = second;
			if (second != null) {
				second.previous = block;
			}
			this.first = block;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void remove(HugeBlock block) {
		this.lock.lock();
		try {
			if (this.map.get(block.base()) == block) {
				// not that of a block that was moved away, or has no mapping any more
				this.map.put(block.base(), 1, null);
			}
			HugeBlock previous = block.previous;
			HugeBlock next = block.next;
			if (previous != null) {
				previous.next = next;
			}
			else {
				this.first = next;
			}
			if (next != null) {
				next.previous = previous;
			}
			block.previous = null;
			block.next = null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Frees a block if it is live and recorded in just this way.
	 * @return whether it was; if not, nothing has changed
	 */
	public boolean tryFree(HugeBlock block, long address, long size, long alignment, long owner) {
		if (!block.tryFree(address, size, alignment, owner)) {
			return false;
		}
		release(block);
		return true;
	}

	/** Gives back the memory of a block that was freed. */
	private void release(HugeBlock block) {
		forget(block);
		this.mappings.unmap(block.mapping);
	}

	private void forget(HugeBlock block) {
		this.freed[(int) this.freedCount.getAndIncrement() & (REMEMBERED - 1)] = block.base();
		this.liveBytes.addAndGet(-block.mapping.length);
		remove(block);
	}

	/** Tries once more to unmap what the system did not take back. */
	public void retryUnmapping() {
		this.mappings.retry();
	}

	/** Claims a block if it is live and recorded in just this way. */
	public boolean tryClaim(HugeBlock block, long address, long size, long alignment, long owner) {
		return block.tryClaim(address, size, alignment, owner);
	}

	/** Makes a block that the caller has claimed live again, with this size. */
	public void unclaim(HugeBlock block, long size) {
		block.unclaim(size);
	}

	/** Frees a block that the caller has claimed. */
	public void freeClaimed(HugeBlock block) {
		block.freeClaimed(block.base());
		release(block);
	}

	/**
	 * Resizes the mapping of a block that the caller has claimed, or replaces it by
	 * another block, which is claimed then.
	 * @return the address; 0 if refused, with nothing changed
	 */
	public long resize(HugeBlock block, long newSize, Successor successor) {
		if (newSize >= MAX_SIZE) {
			return 0;
		}
		long length = block.mapping.length;
		long newLength = length(newSize);
		if (newLength != length && !this.memory.canMove()) {
			// nor can it be resized
			return 0;
		}
		successor.at(block.base());
		if (this.mappings.resize(block.mapping, newLength)) {
			this.liveBytes.addAndGet(newLength - length);
			return block.base();
		}
		return (newLength > length) ? move(block, newSize, successor) : 0;
	}

	/** Moves the pages of a block to a larger mapping. */
	private long move(HugeBlock block, long newSize, Successor successor) {
		HugeBlock moved = map(newSize, block.alignment(), block.owner());
		if (moved == null) {
			return 0;
		}
		boolean done = false;
		boolean targetGone = false;
		try {
			successor.at(moved.base());
			hide(block, moved);
			done = this.memory.move(block.base(), block.mapping.length, moved.base(), moved.mapping.length);
			targetGone = !done;
		}
		finally {
			if (!done) {
				show(block);
				drop(moved, targetGone);
			}
		}
		if (!done) {
			return 0;
		}
		show(moved);
		drop(block, true);
		return moved.base();
	}

	/**
	 * Takes the entries of two claimed blocks out of the map, before the mapping of one
	 * of them goes: its address can be that of a chunk then, whose entries are not
	 * guarded by this lock.
	 */
	private void hide(HugeBlock block, HugeBlock other) {
		this.lock.lock();
		try {
			this.map.put(block.base(), 1, null);
			this.map.put(other.base(), 1, null);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Puts the entry of a claimed block back. Needs no heap. */
	private void show(HugeBlock block) {
		this.lock.lock();
		try {
			this.map.put(block.base(), 1, block);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Frees a block that the caller has claimed, and that may be mapped no more. */
	private void drop(HugeBlock block, boolean gone) {
		block.freeClaimed(block.base());
		forget(block);
		if (gone) {
			this.mappings.forget(block.mapping.length);
		}
		else {
			this.mappings.unmap(block.mapping);
		}
	}

	/** Returns the block that an address lies in, or null. */
	public @Nullable HugeBlock find(long address) {
		this.lock.lock();
		try {
			for (HugeBlock block = this.first; block != null; block = block.next) {
				if (block.isBlock() && address >= block.base() && address - block.base() < block.size()) {
					return block;
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns a live block of an owner, or null if there is none. */
	public @Nullable HugeBlock findLive(long owner) {
		this.lock.lock();
		try {
			for (HugeBlock block = this.first; block != null; block = block.next) {
				if (block.owner() == owner && block.isLive()) {
					return block;
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
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

	public long mappedBytes() {
		return this.mappings.bytes();
	}

	public long liveBytes() {
		return this.liveBytes.get();
	}

	public boolean isValid() {
		this.lock.lock();
		try {
			long live = 0;
			HugeBlock before = null;
			for (HugeBlock block = this.first; block != null; block = block.next) {
				if (!block.isBlock() || block.previous != before || block.size() > block.mapping.length
						|| this.map.get(block.base()) != block) {
					return false;
				}
				live += block.mapping.length;
				before = block;
			}
			return live == this.liveBytes.get() && live + this.mappings.stuckBytes() == this.mappings.bytes();
		}
		finally {
			this.lock.unlock();
		}
	}

}
