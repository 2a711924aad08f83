package io.freehold.managed;

/**
 * What stress tests in other packages need of managed allocators.
 */
public final class StressAccess {

	private StressAccess() {
	}

	/**
	 * Returns whether the books of a subtree agree, while nothing is in flight there.
	 */
	public static boolean isValid(ManagedAllocator allocator) {
		return ((Node) allocator).isValid();
	}

}
