package io.freehold.pool;

import io.freehold.pages.BlockWord;
import io.freehold.pages.Extent;
import io.freehold.pages.PageRun;

import org.jspecify.annotations.Nullable;

/**
 * A run of pages divided into blocks of one size class. All but the words of the blocks
 * is guarded by the lock of its bin.
 */
final class Slab extends Extent {

	private final PageRun run;

	private final int sizeClass;

	private final int capacity;

	/** A bit for each block that is here: in no magazine, no depot and nobody's. */
	private final long[] available;

	private int availableCount;

	/** Neighbours in the bin's list of slabs with available blocks. */
	@Nullable Slab previous;

	@Nullable Slab next;

	Slab(PageRun run, int sizeClass) {
		super(run.address(), run.length(), SizeClass.size(sizeClass));
		this.run = run;
		this.sizeClass = sizeClass;
		this.capacity = (int) (run.length() / SizeClass.size(sizeClass));
		this.available = new long[(this.capacity + Long.SIZE - 1) / Long.SIZE];
		for (int i = 0; i < this.capacity; i++) {
			this.available[i / Long.SIZE] |= 1L << i;
		}
		this.availableCount = this.capacity;
	}

	PageRun run() {
		return this.run;
	}

	int sizeClass() {
		return this.sizeClass;
	}

	int capacity() {
		return this.capacity;
	}

	int available() {
		return this.availableCount;
	}

	/** Takes up to {@code wanted} blocks, lowest addresses last; returns how many. */
	int take(long[] into, int from, int wanted) {
		int taken = 0;
		int count = Math.min(wanted, this.availableCount);
		for (int i = 0; taken < count; i++) {
			long word = this.available[i];
			while (word != 0 && taken < count) {
				taken++;
				into[from + count - taken] = address(i * Long.SIZE + Long.numberOfTrailingZeros(word));
				word &= word - 1;
			}
			this.available[i] = word;
		}
		this.availableCount -= count;
		return count;
	}

	/** Takes a block back; refuses one that is here already. */
	void give(long address) {
		int index = index(address);
		long bit = 1L << index;
		if ((this.available[index / Long.SIZE] & bit) != 0) {
			throw new AssertionError("the free block at 0x" + Long.toHexString(address) + " is in its slab already");
		}
		this.available[index / Long.SIZE] |= bit;
		this.availableCount++;
	}

	/** Returns whether the block at an index is known to be zero throughout. */
	boolean isZero(int index) {
		return this.run.zero() && neverUsed(index);
	}

	/**
	 * Returns whether a block may stay here when it is resized: it takes half of its
	 * place at least, or would get no smaller place.
	 */
	boolean isFitFor(long size, long alignment) {
		if (size <= 0 || size > placeSize()) {
			return false;
		}
		return size >= placeSize() / 2 || SizeClass.of((size + alignment - 1) & -alignment) == this.sizeClass;
	}

	boolean isValid() {
		int count = 0;
		for (int i = 0; i < this.available.length; i++) {
			long word = this.available[i];
			count += Long.bitCount(word);
			for (; word != 0; word &= word - 1) {
				int index = i * Long.SIZE + Long.numberOfTrailingZeros(word);
				if (index >= this.capacity || BlockWord.isBlock(word(index))) {
					return false;
				}
			}
		}
		return count == this.availableCount && count <= this.capacity;
	}

}
