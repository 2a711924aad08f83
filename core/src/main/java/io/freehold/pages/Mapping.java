package io.freehold.pages;

import org.jspecify.annotations.Nullable;

/**
 * Memory that was mapped at once, and the node of a list that it may be in. Made before
 * the memory is mapped, so that nothing that is mapped lacks a record.
 */
final class Mapping {

	/** Set once, before anyone else knows of it. */
	long address;

	/** In bytes. Changed by the one who has claimed the block that it is. */
	volatile long length;

	/** The next of those the system did not take back. Guarded by {@link Mappings}. */
	@Nullable Mapping next;

}
