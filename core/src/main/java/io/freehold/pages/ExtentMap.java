package io.freehold.pages;

import org.jspecify.annotations.Nullable;

/**
 * Finds the extent an address belongs to: a radix tree of two levels over slices of 64
 * KiB, each of which belongs to one extent at a time.
 */
public final class ExtentMap {

	/*
	 * Entries are written under the lock of the page heap, before an address of theirs is
	 * handed out, and read by plain loads: who has an address of a block has it from
	 * somebody who saw the entry. Whoever has not may see an older extent or none, and
	 * finds no live block there.
	 */

	public static final int SLICE_SHIFT = 16;

	public static final int SLICE_SIZE = 1 << SLICE_SHIFT;

	private static final int LEAF_BITS = 16;

	/** Half of a 48-bit address space, which is all that processes have. */
	private static final int ROOT_BITS = 47 - SLICE_SHIFT - LEAF_BITS;

	private final @Nullable Extent[] @Nullable [] roots = new @Nullable Extent[1 << ROOT_BITS] @Nullable [];

	/** Returns the extent that any address, even a senseless one, belongs to, or null. */
	public @Nullable Extent get(long address) {
		long root = address >>> (SLICE_SHIFT + LEAF_BITS);
		if (root >= 1 << ROOT_BITS) {
			return null;
		}
		@Nullable Extent[] leaf = this.roots[(int) root];
		return (leaf != null) ? leaf[(int) (address >>> SLICE_SHIFT) & ((1 << LEAF_BITS) - 1)] : null;
	}

	/**
	 * Assigns slices to an extent, or to none. Fails for want of heap only, and only if a
	 * slice lies in a part of the address space that was never assigned before; nothing
	 * has changed then.
	 */
	void put(long base, long length, @Nullable Extent extent) {
		long end = base + length;
		for (long address = base; address < end; address = nextLeaf(address)) {
			leaf(address);
		}
		for (long address = base; address < end; address += SLICE_SIZE) {
			leaf(address)[(int) (address >>> SLICE_SHIFT) & ((1 << LEAF_BITS) - 1)] = extent;
		}
	}

	private static long nextLeaf(long address) {
		return ((address >>> (SLICE_SHIFT + LEAF_BITS)) + 1) << (SLICE_SHIFT + LEAF_BITS);
	}

	private @Nullable Extent[] leaf(long address) {
		int root = (int) (address >>> (SLICE_SHIFT + LEAF_BITS));
		@Nullable Extent[] leaf = this.roots[root];
		if (leaf == null) {
			leaf = new @Nullable Extent[1 << LEAF_BITS];
			this.roots[root] = leaf;
		}
		return leaf;
	}

}
