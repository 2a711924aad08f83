package io.freehold.held;

import io.freehold.pages.Successor;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * The blocks of one owner, and the way to and from the backend that knows them. The
 * thread that takes a block out of the records is the one that frees it, so that each
 * block is freed once however many threads try.
 *
 * <p>
 * To free, claim, restore or publish a block takes no heap. Why a call was refused is not
 * told; {@link #find} answers afterwards.
 */
public interface HeldBlocks {

	/**
	 * Returns the blocks of a new owner: in the records of the backend if it keeps
	 * owners, else in a table beside it.
	 */
	static HeldBlocks over(GlobalAlloc backend) {
		return (backend instanceof OwningAlloc owning) ? owning.newOwner() : new TableBlocks(backend);
	}

	/**
	 * Allocates a block and records it.
	 * @param zeroed whether its content is to be zero
	 * @return its address, or 0 if the backend refused
	 */
	long allocate(long size, long alignment, boolean zeroed);

	/**
	 * Frees a block if it is held with exactly this size and alignment. What this throws
	 * comes from a foreign backend, after the block has left the records.
	 * @return whether it was freed; if not, nothing has changed
	 */
	boolean tryFree(long address, long size, long alignment);

	/**
	 * Claims a block if it is held with exactly this size and alignment: until the claim
	 * ends no other thread can free, claim or drain it. It ends with {@link #restore} or
	 * {@link #publish}.
	 * @return whether it was claimed; if not, nothing has changed
	 */
	boolean tryClaim(long address, long size, long alignment);

	/**
	 * Ends a claim with the block as it was.
	 */
	void restore(long address, long size, long alignment);

	/**
	 * Resizes a claimed block.
	 * @param successor told where the block will be; it may be told twice
	 * @return the address of the resized block, claimed in place of the old one, which is
	 * gone unless it is the same; 0 if the backend refused, with nothing changed
	 */
	long resizeClaimed(long address, long oldSize, long alignment, long newSize, Successor successor);

	/**
	 * Replaces a claimed block by one of another alignment, with the content that both
	 * have room for. What a foreign backend throws when it takes back the old one is
	 * logged.
	 * @param zeroed whether the rest of the new block is to be zero
	 * @param successor told where the block will be
	 * @return the address of the new block, claimed in place of the old one, which is
	 * gone; 0 if the backend refused, with nothing changed
	 */
	long replaceClaimed(long address, long oldSize, long oldAlignment, long newSize, long newAlignment, boolean zeroed,
			Successor successor);

	/**
	 * Records a block that has replaced a claimed one, and ends the claim. From now on
	 * any thread may free it, so that nothing is written to it through its address.
	 */
	void publish(long address, long size, long alignment, long oldAddress);

	/**
	 * Returns the record of a block that starts at an address or contains it, be it
	 * claimed unless {@link #mayBeClaimed} says so.
	 * @return the record, or null; found by a search if the address is not the start
	 */
	@Nullable BlockRecord find(long address);

	/**
	 * Returns whether an address of which {@link #find} knows nothing may be that of a
	 * block that is claimed. For the words of a refusal.
	 */
	default boolean mayBeClaimed(long address) {
		return false;
	}

	/**
	 * Frees the blocks that are there. To be repeated as long as some are counted that
	 * were not found: blocks that are just being allocated or resized. What a foreign
	 * backend throws is logged, and the others are freed all the same.
	 * @param freed told of each block
	 */
	void drain(Freed freed);

	/**
	 * Told when the owner has no block and will not have one again. From now on it
	 * refuses whatever is freed or claimed, and what it was known by may be another
	 * owner's. A second call does nothing.
	 */
	default void retire() {
	}

	/** Returns whether the records agree with each other. */
	boolean isValid();

	/** Told of blocks that were freed. */
	@FunctionalInterface
	interface Freed {

		/** Called for a block. Throws nothing. */
		void freed(long address, long size);

	}

}
