package io.freehold.pages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A range of addresses divided into places of one size, at each of which a block may
 * start; and what is known of the blocks, on the heap, where no stray write reaches it.
 *
 * <p>
 * Any thread may call any method. Whoever changes a word from live to freed or claimed
 * owns the block's memory from then on, and nobody else does.
 */
public abstract class Extent {

	/*
	 * The number of the place an address lies in is a division by a constant: done by
	 * multiplication with a rounded-up reciprocal, which is exact as long as offset times
	 * size of a place is less than 2^RECIPROCAL_SHIFT (Granlund and Montgomery, Division
	 * by Invariant Integers using Multiplication, 1994) or the size is a power of two.
	 */

	private static final int RECIPROCAL_SHIFT = 40;

	private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

	private final long base;

	private final long length;

	private final int placeSize;

	private final long reciprocal;

	/**
	 * One word for each place, the last of which may be cut short and never is a block.
	 * Made live by a release store of whoever owns the place, so that who finds the block
	 * by its word alone finds its contents as they were left, or by a plain one if he has
	 * left none; all else by compare-and-set, but for who has claimed the block.
	 */
	private final long[] words;

	protected Extent(long base, long length, int placeSize) {
		this.base = base;
		this.length = length;
		this.placeSize = placeSize;
		this.reciprocal = ((1L << RECIPROCAL_SHIFT) + placeSize - 1) / placeSize;
		this.words = new long[(int) ((length - 1) / placeSize) + 1];
	}

	/** Makes an extent with one place, of which no part is ever counted off. */
	Extent(long base, long length) {
		this.base = base;
		this.length = length;
		this.placeSize = 0;
		this.reciprocal = 0;
		this.words = new long[1];
	}

	public final long base() {
		return this.base;
	}

	final boolean covers(long address) {
		return Long.compareUnsigned(address - this.base, this.length) < 0;
	}

	/** Returns the length in bytes. */
	public final long length() {
		return this.length;
	}

	/** Returns the size of a place in bytes. */
	public final int placeSize() {
		return this.placeSize;
	}

	/** Returns the number of the place that an address of this extent lies in. */
	public final int index(long address) {
		return (int) (((address - this.base) * this.reciprocal) >>> RECIPROCAL_SHIFT);
	}

	public final long address(int index) {
		return this.base + (long) index * this.placeSize;
	}

	/** Returns how many words there are. */
	public final int places() {
		return this.words.length;
	}

	/**
	 * Returns the number of the first place that starts at an address or behind it, or
	 * how many places there are.
	 */
	final int firstPlace(long address) {
		if (address <= this.base) {
			return 0;
		}
		return (address - this.base < this.length) ? index(address - 1) + 1 : this.words.length;
	}

	/**
	 * Makes a place that the caller owns a block, having written nothing to its memory:
	 * there is nothing that somebody could find half-done who finds the block by its word
	 * alone, and who is handed its address is handed its word too.
	 */
	public final void setLivePlain(int index, long live) {
		this.words[index] = live;
	}

	/** Makes a place that the caller owns a block, with the content he gave it. */
	public final void setLive(int index, long live) {
		WORDS.setRelease(this.words, index, live);
	}

	/**
	 * Frees the block at an address if its word is the expected one.
	 * @return whether the caller owns its memory now; if not, nothing has changed
	 */
	public final boolean tryFree(long address, long live) {
		int index = index(address);
		return address(index) == address && WORDS.compareAndSet(this.words, index, live, BlockWord.FREED);
	}

	/**
	 * Claims the block at an address if its word is the expected one, so that nobody else
	 * can free or claim it.
	 * @return whether it is claimed; if not, nothing has changed
	 */
	public final boolean tryClaim(long address, long live) {
		int index = index(address);
		return address(index) == address && WORDS.compareAndSet(this.words, index, live, BlockWord.claimed(live));
	}

	/**
	 * Changes the word of a live block from one to another, if it is the expected one.
	 */
	public final boolean tryReplace(long address, long live, long newLive) {
		int index = index(address);
		return address(index) == address && WORDS.compareAndSet(this.words, index, live, newLive);
	}

	/** Frees a block that the caller has claimed. */
	public final void freeClaimed(long address) {
		WORDS.setRelease(this.words, index(address), BlockWord.FREED);
	}

	/** Returns the word of the place an address lies in. */
	public final long word(int index) {
		return (long) WORDS.getAcquire(this.words, index);
	}

	/** Returns whether the memory of a place has never been a block. */
	public final boolean neverUsed(int index) {
		return word(index) == BlockWord.NEVER;
	}

}
