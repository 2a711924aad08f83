package io.freehold.pages;

import org.jspecify.annotations.Nullable;

/**
 * A block with a mapping of its own: an extent with one place.
 */
public final class HugeBlock extends Extent {

	/*
	 * The word has the state in its two lowest bits, as all words have. The size does not
	 * fit in beside it, so the rest of the word counts the sizes the block has had: a
	 * thread that has compared the size and then changes the word, by compare-and-set,
	 * knows that both were of one moment. The size is written by the one who has claimed
	 * the block, before the word is live again.
	 */

	final Mapping mapping;

	private final long alignment;

	private final long owner;

	private volatile long size;

	/** Neighbours in the list of all. Guarded by the lock of the blocks. */
	@Nullable HugeBlock previous;

	@Nullable HugeBlock next;

	/** Makes a block that is claimed. */
	HugeBlock(Mapping mapping, long size, long alignment, long owner) {
		super(mapping.address, mapping.length);
		this.mapping = mapping;
		this.size = size;
		this.alignment = alignment;
		this.owner = owner;
		setLivePlain(0, BlockWord.CLAIMED);
	}

	public long size() {
		return this.size;
	}

	public long alignment() {
		return this.alignment;
	}

	public long owner() {
		return this.owner;
	}

	/** Whether it is a block, be it live or claimed. */
	boolean isBlock() {
		return BlockWord.isBlock(word(0));
	}

	boolean isLive() {
		return BlockWord.isLive(word(0));
	}

	/** Frees the block if it is live and recorded in just this way. */
	boolean tryFree(long address, long size, long alignment, long owner) {
		long word = word(0);
		return isRecorded(word, address, size, alignment, owner) && tryReplace(base(), word, BlockWord.FREED);
	}

	/** Claims the block if it is live and recorded in just this way. */
	boolean tryClaim(long address, long size, long alignment, long owner) {
		long word = word(0);
		return isRecorded(word, address, size, alignment, owner) && tryReplace(base(), word, BlockWord.claimed(word));
	}

	private boolean isRecorded(long word, long address, long size, long alignment, long owner) {
		return BlockWord.isLive(word) && address == base() && this.size == size && this.alignment == alignment
				&& this.owner == owner;
	}

	/** Ends a claim of the caller's; from now on the block has this size. */
	void unclaim(long size) {
		this.size = size;
		setLive(0, BlockWord.nextLive(word(0)));
	}

}
