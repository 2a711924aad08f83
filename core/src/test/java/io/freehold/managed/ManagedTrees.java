package io.freehold.managed;

/**
 * Looks into trees of managed allocators, for tests of other packages.
 */
public final class ManagedTrees {

	private ManagedTrees() {
	}

	/**
	 * Returns whether the books of a tree agree, while nothing is in flight there.
	 */
	public static boolean isValid(ManagedAllocator root) {
		return ((Node) root).isValid();
	}

}
