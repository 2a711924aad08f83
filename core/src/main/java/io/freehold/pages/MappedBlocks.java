package io.freehold.pages;

import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
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
	 * The entry of a block is the block: whoever replaces or removes it, which the map
	 * grants to one thread only, is the one who frees, claims or releases it. The entry
	 * goes before the mapping does, for then another thread may be given the address.
	 */

	/** More than there are addresses for processes. */
	public static final long MAX_SIZE = 1L << 47;

	private static final int REMEMBERED = 64;

	private final VirtualMemory memory;

	private final ConcurrentSkipListMap<Long, MappedBlock> blocks = new ConcurrentSkipListMap<>();

	/** Freed blocks that the system did not take back yet. */
	private final ConcurrentLinkedQueue<MappedBlock> stuck = new ConcurrentLinkedQueue<>();

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
		long length = length(size);
		long address = this.memory.map(length, mappedAlignment);
		if (address == 0) {
			return 0;
		}
		try {
			this.blocks.put(address, new MappedBlock(address, length, size, alignment, owner, claimed));
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap to remember it by
			this.memory.unmap(address, length);
			return 0;
		}
		this.mappedBytes.addAndGet(length);
		this.liveBytes.addAndGet(length);
		return address;
	}

	private long length(long size) {
		return (size + this.memory.pageSize() - 1) & -this.memory.pageSize();
	}

	/**
	 * Frees a block if it is recorded in just this way.
	 * @return whether it was; if not, nothing has changed
	 */
	public boolean tryFree(long address, long size, long alignment, long owner, boolean claimed) {
		MappedBlock block = this.blocks.get(address);
		if (block == null || !block.matches(size, alignment, owner, claimed)) {
			return false;
		}
		rememberFreed(address);
		if (!this.blocks.remove(address, block)) {
			return false;
		}
		this.liveBytes.addAndGet(-block.length());
		unmap(block);
		return true;
	}

	private void rememberFreed(long address) {
		this.freed[(int) this.freedCount.getAndIncrement() & (REMEMBERED - 1)] = address;
	}

	private void unmap(MappedBlock block) {
		if (this.memory.unmap(block.address(), block.length())) {
			this.mappedBytes.addAndGet(-block.length());
		}
		else {
			this.stuck.add(block);
		}
	}

	/** Tries once more to unmap what the system did not take back. */
	public void retryUnmapping() {
		int tries = this.stuck.size();
		for (int i = 0; i < tries; i++) {
			MappedBlock block = this.stuck.poll();
			if (block != null) {
				unmap(block);
			}
		}
	}

	/** Claims a block if it is live and recorded in just this way. */
	public boolean tryClaim(long address, long size, long alignment, long owner) {
		MappedBlock block = this.blocks.get(address);
		return block != null && block.matches(size, alignment, owner, false)
				&& this.blocks.replace(address, block, block.withClaimed(true));
	}

	/** Makes a block that the caller has claimed live again, with another size. */
	public void unclaim(long address, long size) {
		this.blocks.computeIfPresent(address,
				(_, block) -> block.resized(address, block.length(), size).withClaimed(false));
	}

	/** Frees a block that the caller has claimed. */
	public void freeClaimed(long address) {
		MappedBlock block = this.blocks.get(address);
		if (block != null) {
			tryFree(address, block.size(), block.alignment(), block.owner(), true);
		}
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
		long newLength = length(newSize);
		long moved = address;
		if (newLength != block.length()) {
			boolean mayMove = block.alignment() <= this.memory.pageSize();
			moved = this.memory.remap(address, block.length(), newLength, mayMove);
			if (moved == 0) {
				return 0;
			}
			this.mappedBytes.addAndGet(newLength - block.length());
			this.liveBytes.addAndGet(newLength - block.length());
		}
		MappedBlock resized = block.resized(moved, newLength, newSize);
		if (moved == address) {
			this.blocks.replace(address, block, resized);
		}
		else {
			rememberFreed(address);
			this.blocks.put(moved, resized);
			// unless another block has taken the address
			this.blocks.remove(address, block);
		}
		return moved;
	}

	/** Returns the block that an address lies in, or null. */
	public @Nullable MappedBlock find(long address) {
		Map.Entry<Long, MappedBlock> entry = this.blocks.floorEntry(address);
		if (entry == null) {
			return null;
		}
		MappedBlock block = entry.getValue();
		return (address - block.address() < block.size()) ? block : null;
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
			if (block.address() < end || block.size() > block.length()) {
				return false;
			}
			end = block.address() + block.length();
			live += block.length();
		}
		long stuckBytes = this.stuck.stream().mapToLong(MappedBlock::length).sum();
		return live == this.liveBytes.get() && live + stuckBytes == this.mappedBytes.get();
	}

}
