package io.freehold.managed;

import org.jspecify.annotations.Nullable;

/**
 * What a gate needs to know of the allocator that it belongs to, for messages.
 */
interface Place {

	/** Returns the allocator's path. */
	String name();

	/** Returns the name of the backend. */
	String backend();

	/** Appends each level of the budget, up to the root, and which have no room. */
	void describeLimits(StringBuilder text, long asked);

	/** Returns what of the tree an address belongs to, in words, or null. */
	@Nullable String describeOwner(long address);

}
