package io.freehold.sweep;

/**
 * Which kind of allocator an operation is called on.
 */
enum Place {

	GLOBAL, MANAGED, HEAP, CONFINED, SHARED;

	boolean isRegion() {
		return this == CONFINED || this == SHARED;
	}

}
