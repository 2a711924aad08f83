package io.freehold.spring.deep;

/**
 * The kinds of beans that requests take memory from, and the allocator outside of all.
 */
enum Bean {

	NAMED, REQUEST, THREAD, TRANSACTION, METHOD, GLOBAL,

	/** In servlet applications only. */
	SESSION

}
