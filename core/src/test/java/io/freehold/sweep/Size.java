package io.freehold.sweep;

/**
 * How large the blocks of an operation are.
 */
enum Size {

	/** A block of a slab. */
	SMALL(100),

	/** A run of pages. */
	LARGE(100_000),

	/** A mapping. */
	HUGE(16 << 20);

	final long bytes;

	Size(long bytes) {
		this.bytes = bytes;
	}

}
