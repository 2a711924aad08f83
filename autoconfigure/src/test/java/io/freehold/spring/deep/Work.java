package io.freehold.spring.deep;

/**
 * What a request does with memory.
 */
enum Work {

	/** Allocates, writes, reads and frees, in a recursion of a few levels. */
	SHALLOW,

	/** Throws what a deep recursion throws, without one. */
	FAIL,

	/** Allocates on the way down to the end of the stack, and frees on the way up. */
	DOWN,

	/** Allocates and frees on the way up from the end of the stack. */
	UP;

	boolean isDeep() {
		return this == DOWN || this == UP;
	}

}
