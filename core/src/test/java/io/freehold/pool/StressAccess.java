package io.freehold.pool;

import io.freehold.internal.VirtualMemory;

/**
 * What tests in other packages need of the pool.
 */
public final class StressAccess {

	private StressAccess() {
	}

	/** Creates a pool over any memory. */
	public static PooledAlloc pooled(VirtualMemory memory) {
		return new PooledAlloc(memory);
	}

	/** Returns whether the books of a pool agree, while nothing is in flight. */
	public static boolean isValid(PooledAlloc pooled) {
		return pooled.isValid();
	}

}
