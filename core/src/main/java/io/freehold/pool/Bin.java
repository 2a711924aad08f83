package io.freehold.pool;

import java.util.Arrays;

import io.freehold.internal.sync.PolledLock;
import io.freehold.pages.BlockWord;
import io.freehold.pages.Extent;
import io.freehold.pages.ExtentMap;
import io.freehold.pages.PageHeap;
import io.freehold.pages.PageRun;

import org.jspecify.annotations.Nullable;

/**
 * All slabs of one size class, and the depot that magazines are filled from and emptied
 * into. Every field is guarded by a lock, under which the one of the page heap may be
 * taken.
 */
final class Bin {

	/*
	 * Free blocks travel between threads through the depot, by copying, with no look at
	 * the blocks themselves. What lies in the depot for a whole tick without being needed
	 * goes back to its slab, and a slab to which all has come back goes back to the page
	 * heap, where any size class may have its pages.
	 */

	private static final long[] EMPTY = new long[0];

	private static final int MIN_DEPOT = 64;

	/** So many magazines full of blocks the depot holds at most. */
	private static final int DEPOT_MAGAZINES = 16;

	private final PolledLock lock = new PolledLock();

	private final int sizeClass;

	private final int blockSize;

	private final int slabLength;

	private final PageHeap pages;

	private final ExtentMap map;

	private final CacheAllowance allowance;

	private final Shrinkage shrinkage;

	/** A stack of free blocks. */
	private long[] depot = EMPTY;

	private int depotCount;

	/** The least that was in the depot since the last tick. */
	private int depotLow;

	/** Slabs with available blocks, the one to take from first. */
	private @Nullable Slab first;

	/** The one slab that is kept though all of it is available; it is in the list. */
	private @Nullable Slab empty;

	/** Whether it became so since the last tick. */
	private boolean emptySinceTick;

	private int slabs;

	/** Where a single block is taken into. */
	private final long[] one = new long[1];

	/** Blocks that have left their slab, for the depot, a magazine or a user. */
	private long outBlocks;

	Bin(int sizeClass, PageHeap pages, ExtentMap map, CacheAllowance allowance, Shrinkage shrinkage) {
		this.sizeClass = sizeClass;
		this.blockSize = SizeClass.size(sizeClass);
		this.slabLength = SizeClass.slices(sizeClass) * ExtentMap.SLICE_SIZE;
		this.pages = pages;
		this.map = map;
		this.allowance = allowance;
		this.shrinkage = shrinkage;
	}

	/** Returns whether no free blocks are to be kept beside the slabs. */
	boolean isShrinking() {
		return this.shrinkage.isShrinking();
	}

	int blockSize() {
		return this.blockSize;
	}

	/**
	 * Takes up to {@code wanted} free blocks.
	 * @param into where their addresses go, from index {@code start} on
	 * @return how many; 0 if the memory is exhausted
	 */
	int take(long[] into, int start, int wanted) {
		int taken = takeFree(into, start, wanted);
		this.shrinkage.taken((long) taken * this.blockSize);
		return taken;
	}

	private int takeFree(long[] into, int start, int wanted) {
		this.lock.lock();
		try {
			int count = Math.min(wanted, this.depotCount);
			if (count > 0) {
				this.depotCount -= count;
				this.depotLow = Math.min(this.depotLow, this.depotCount);
				System.arraycopy(this.depot, this.depotCount, into, start, count);
				this.allowance.give((long) count * this.blockSize);
				return count;
			}
			return takeFromSlabs(into, start, wanted);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes one free block, or 0 if the memory is exhausted. */
	long takeOne() {
		this.lock.lock();
		try {
			return (take(this.one, 0, 1) == 1) ? this.one[0] : 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	private int takeFromSlabs(long[] into, int start, int wanted) {
		int count = 0;
		while (count < wanted) {
			Slab slab = this.first;
			if (slab == null) {
				// one is enough: the rest may come from what others free meanwhile
				slab = (count == 0) ? create() : null;
				if (slab == null) {
					break;
				}
			}
			if (slab == this.empty) {
				this.empty = null;
				this.allowance.give(this.slabLength);
			}
			count += slab.take(into, start + count, wanted - count);
			if (slab.available() == 0) {
				unlink(slab);
			}
		}
		this.outBlocks += count;
		return count;
	}

	private @Nullable Slab create() {
		PageRun run = this.pages.take(this.slabLength, ExtentMap.SLICE_SIZE);
		if (run == null) {
			return null;
		}
		Slab slab;
		try {
			slab = new Slab(run, this.sizeClass);
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap to keep the words of the blocks in
			this.pages.give(run.chunk(), run.first(), run.length());
			return null;
		}
		this.pages.assign(run, slab);
		this.slabs++;
		link(slab);
		return slab;
	}

	private void link(Slab slab) {
		Slab first = this.first;
		slab.next = first;
		if (first != null) {
			first.previous = slab;
		}
		this.first = slab;
	}

	private void unlink(Slab slab) {
		Slab previous = slab.previous;
		Slab next = slab.next;
		if (previous != null) {
			previous.next = next;
		}
		else {
			this.first = next;
		}
		if (next != null) {
			next.previous = previous;
		}
		slab.previous = null;
		slab.next = null;
	}

	/** Takes free blocks back: into the depot if it may keep them. */
	void give(long[] from, int start, int count) {
		this.shrinkage.given((long) count * this.blockSize);
		this.lock.lock();
		try {
			if (!tryKeep(from, start, count)) {
				giveToSlabs(from, start, count);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes free blocks back that were not needed lately: to their slabs. */
	void giveIdle(long[] from, int start, int count) {
		this.shrinkage.given((long) count * this.blockSize);
		this.lock.lock();
		try {
			returnIdle(from, start, count);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void returnIdle(long[] from, int start, int count) {
		giveToSlabs(from, start, count);
		Slab empty = this.empty;
		if (empty != null && count > 0) {
			retireEmpty(empty);
		}
	}

	/** Takes one free block back, to its slab. */
	void giveOne(long address) {
		this.shrinkage.given(this.blockSize);
		this.lock.lock();
		try {
			giveToSlab(address);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean tryKeep(long[] from, int start, int count) {
		if (this.shrinkage.isShrinking() || this.depotCount + count > DEPOT_MAGAZINES * SizeClass.rounds(this.sizeClass)
				|| !this.allowance.tryTake((long) count * this.blockSize)) {
			return false;
		}
		if (this.depotCount + count > this.depot.length) {
			try {
				this.depot = Arrays.copyOf(this.depot,
						Math.max(MIN_DEPOT, Math.max(this.depotCount + count, 2 * this.depot.length)));
			}
			catch (OutOfMemoryError ex) {
				this.allowance.give((long) count * this.blockSize);
				return false;
			}
		}
		System.arraycopy(from, start, this.depot, this.depotCount, count);
		this.depotCount += count;
		return true;
	}

	private void giveToSlabs(long[] from, int start, int count) {
		for (int i = start; i < start + count; i++) {
			giveToSlab(from[i]);
		}
	}

	private void giveToSlab(long address) {
		Slab slab = slab(address);
		slab.give(address);
		this.outBlocks--;
		if (slab.available() == 1) {
			link(slab);
		}
		if (slab.available() < slab.capacity()) {
			return;
		}
		if (this.empty == null && !this.shrinkage.isShrinking() && this.allowance.tryTake(this.slabLength)) {
			this.empty = slab;
			this.emptySinceTick = true;
		}
		else {
			retire(slab, false);
		}
	}

	private Slab slab(long address) {
		Extent extent = this.map.get(address);
		if (!(extent instanceof Slab slab) || slab.sizeClass() != this.sizeClass) {
			throw new AssertionError("a free block of " + this.blockSize + " bytes lies in no slab of its size");
		}
		return slab;
	}

	private void retire(Slab slab, boolean idle) {
		unlink(slab);
		this.slabs--;
		this.pages.reclaim(slab.run(), idle);
	}

	/**
	 * Gives back what lies in the depot, and the slab that is kept though it is empty.
	 * @param idleOnly whether to spare what was needed since the last time
	 */
	void trim(boolean idleOnly) {
		this.lock.lock();
		try {
			Slab empty = this.empty;
			if (empty != null && !(idleOnly && this.emptySinceTick)) {
				retireEmpty(empty);
			}
			int unneeded = idleOnly ? this.depotLow : this.depotCount;
			if (unneeded > 0) {
				// they leave the depot before they are in their slabs
				Rack.oldestOnTop(this.depot, 0, this.depotCount, unneeded);
				this.depotCount -= unneeded;
				this.depotLow = this.depotCount;
				this.allowance.give((long) unneeded * this.blockSize);
				returnIdle(this.depot, this.depotCount, unneeded);
			}
			this.depotLow = this.depotCount;
			this.emptySinceTick = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void retireEmpty(Slab empty) {
		this.empty = null;
		this.allowance.give(this.slabLength);
		retire(empty, true);
	}

	/**
	 * Returns how many bytes of blocks have left their slabs and are not in the depot.
	 */
	long outBytes() {
		this.lock.lock();
		try {
			return (this.outBlocks - this.depotCount) * this.blockSize;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns how many bytes the slabs take. */
	long slabBytes() {
		this.lock.lock();
		try {
			return (long) this.slabs * this.slabLength;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isValid() {
		this.lock.lock();
		try {
			return isConsistent();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isConsistent() {
		for (Slab slab = this.first; slab != null; slab = slab.next) {
			if (!slab.isValid() || slab.available() == 0 || slab.sizeClass() != this.sizeClass
					|| (slab.next != null && slab.next.previous != slab)) {
				return false;
			}
			if (slab.available() == slab.capacity() && slab != this.empty) {
				return false;
			}
		}
		for (int i = 0; i < this.depotCount; i++) {
			Slab slab = slab(this.depot[i]);
			int index = slab.index(this.depot[i]);
			if (slab.address(index) != this.depot[i] || BlockWord.isBlock(slab.word(index))) {
				return false;
			}
		}
		return this.depotLow <= this.depotCount && this.outBlocks >= this.depotCount;
	}

}
