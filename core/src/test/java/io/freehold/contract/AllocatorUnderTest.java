package io.freehold.contract;

import java.util.OptionalLong;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException;

/**
 * What a contract has to know about the allocator it is run against. Implemented through
 * {@link AllocatorContract}.
 */
public interface AllocatorUnderTest {

	/**
	 * Returns the allocator under test: the same one each time during one test, and
	 * preferably a fresh one for each test.
	 * @return the allocator, open
	 */
	Allocator allocator();

	/**
	 * Returns the kinds of misuse that the allocator sees. Only these are tried, because
	 * what is not seen may corrupt memory.
	 * @return the kinds, none by default
	 */
	default Set<MisuseException.Kind> detectedMisuse() {
		return Set.of();
	}

	/**
	 * Returns whether blocks are exactly as long as asked for, as those of Freehold's own
	 * allocators are, and blocks of size zero are {@code layout.dangling()}.
	 * @return true by default
	 */
	default boolean exactLength() {
		return true;
	}

	/**
	 * Returns whether freeing a block gives its memory back at once. Arenas, that give
	 * everything back together, answer false.
	 * @return true by default
	 */
	default boolean freesIndividually() {
		return true;
	}

	/**
	 * Returns the largest alignment to be asked for.
	 * @return a power of two, at least 256; 4096 by default
	 */
	default long maxAlignment() {
		return 4096;
	}

	/**
	 * Returns how many bytes the allocator has taken from wherever it gets them and not
	 * given back.
	 * @return the bytes; empty, the default, if that cannot be told
	 */
	default OptionalLong liveBytes() {
		return OptionalLong.empty();
	}

	/**
	 * Called after each test, when all blocks have been freed: the place to close the
	 * allocator and to check that whoever it took memory from got it back. Does nothing
	 * by default.
	 */
	default void verifyAllFreed() {
	}

}
