package io.freehold.misuse;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;

import io.freehold.MisuseException.Kind;
import io.freehold.spi.GlobalAlloc;

/**
 * Which backend is misused, and what it may answer. The kinds are those that a complete
 * record of all blocks would give; a subclass overrides them where its backend knows
 * less: what a pool keeps is a size class, and memory that was unmapped is nobody's.
 */
abstract class MisuseExpectations {

	/**
	 * Returns the backend under test: the same one each time during one test, in which
	 * nobody else allocates.
	 * @return the backend
	 */
	protected abstract GlobalAlloc backend();

	/**
	 * Returns another backend of the same kind.
	 * @return an instance that knows nothing of {@link #backend()}
	 */
	protected abstract GlobalAlloc anotherBackend();

	/**
	 * Called after each misuse. Asserts what the backend can assert about itself; nothing
	 * by default.
	 */
	protected void verifyValid() {
	}

	/**
	 * Called after each test, when all blocks have been freed. Does nothing by default.
	 */
	protected void verifyAllFreed() {
	}

	/**
	 * Returns the sizes of blocks to misuse.
	 * @return small, large and huge ones
	 */
	protected static LongStream sizes() {
		return LongStream.of(1, 16, 64, 100, 1000, 8192, 30_000, 40_000, 300_000, 1 << 20, 16 << 20, 40 << 20);
	}

	/**
	 * Returns what a second free may be called.
	 * @param size the size of the block
	 * @return the kinds to accept
	 */
	protected Set<Kind> doubleFreeKinds(long size) {
		return EnumSet.of(Kind.DOUBLE_FREE);
	}

	/**
	 * Returns what a second free may be called after other blocks have come and gone,
	 * none of them of a size that could have taken the place of this one.
	 * @param size the size of the block
	 * @return the kinds to accept
	 */
	protected Set<Kind> delayedDoubleFreeKinds(long size) {
		return doubleFreeKinds(size);
	}

	/**
	 * Returns what a reallocation of a freed block may be called.
	 * @param size the size of the block
	 * @return the kinds to accept
	 */
	protected Set<Kind> useAfterFreeKinds(long size) {
		return EnumSet.of(Kind.USE_AFTER_FREE);
	}

	/**
	 * Returns what an address inside a live block may be called.
	 * @param size the size of the block
	 * @param offset how far inside, from 1 to less than {@code size}
	 * @return the kinds to accept
	 */
	protected Set<Kind> interiorKinds(long size, long offset) {
		return EnumSet.of(Kind.INTERIOR_POINTER);
	}

	/**
	 * Returns what an address may be called that is inside no live block, but perhaps
	 * between some, or where one was.
	 * @return the kinds to accept
	 */
	protected Set<Kind> vacantKinds() {
		return EnumSet.of(Kind.UNKNOWN_BLOCK, Kind.INTERIOR_POINTER, Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE);
	}

	/**
	 * Returns what memory may be called that never came from the backend.
	 * @return the kinds to accept
	 */
	protected Set<Kind> foreignKinds() {
		return EnumSet.of(Kind.UNKNOWN_BLOCK);
	}

	/**
	 * Returns what a block of another instance may be called.
	 * @return the kinds to accept
	 */
	protected Set<Kind> otherInstanceKinds() {
		return EnumSet.of(Kind.UNKNOWN_BLOCK, Kind.WRONG_ALLOCATOR);
	}

	/**
	 * Returns what a wrong layout may be called, be it of half the size, of more than
	 * twice the size, or of an alignment that the address does not have.
	 * @param size the size of the block
	 * @return the kinds to accept
	 */
	protected Set<Kind> mismatchKinds(long size) {
		return EnumSet.of(Kind.LAYOUT_MISMATCH);
	}

	/**
	 * Returns whether the backend sees that a block allocated with alignment 4096 is
	 * freed with alignment {@code 8}.
	 * @param size the size of the block
	 * @return true by default
	 */
	protected boolean seesLowerAlignment(long size) {
		return true;
	}

	/**
	 * Returns what the loser of two that free a block at once may be told.
	 * @param size the size of the block
	 * @return the kinds to accept
	 */
	protected Set<Kind> racingFreeKinds(long size) {
		return doubleFreeKinds(size);
	}

	/**
	 * Returns what the loser may be told if one frees a block and the other reallocates
	 * it. A block that grew in place has another layout.
	 * @param size the size of the block
	 * @return the kinds to accept
	 */
	protected Set<Kind> racingReallocateKinds(long size) {
		Set<Kind> kinds = EnumSet.copyOf(doubleFreeKinds(size));
		kinds.addAll(useAfterFreeKinds(size));
		kinds.add(Kind.LAYOUT_MISMATCH);
		return kinds;
	}

	/**
	 * Returns whether the memory of a freed block can still be written, as long as its
	 * neighbours are live.
	 * @param size the size of the block
	 * @return true up to 30000 bytes by default
	 */
	protected boolean staysMapped(long size) {
		return size <= 30_000;
	}

}
