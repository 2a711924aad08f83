package io.freehold.pool;

import io.freehold.internal.VirtualMemory;

/**
 * Makes pools over any memory and looks into them, for tests of other packages.
 */
public final class Pools {

	private Pools() {
	}

	/**
	 * Creates a pool whose memory comes from {@code memory}.
	 */
	public static PooledAlloc over(VirtualMemory memory) {
		return new PooledAlloc(memory);
	}

	/**
	 * Returns whether the structures of a pool agree, while nobody uses it.
	 */
	public static boolean isValid(PooledAlloc pool) {
		return pool.isValid();
	}

}
