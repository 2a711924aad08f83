package io.freehold.pages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Finds the extent an address belongs to, slice by slice: each slice of 64 KiB belongs to
 * one extent at a time.
 */
public final class ExtentMap {

	/*
	 * A radix tree of two levels, in front of which is a table with a place for each of
	 * the slices that an address space of 4 GiB would have: the extent that was assigned
	 * last to a slice of this place is found with one load less.
	 *
	 * Entries are written before an address of theirs is handed out, those of chunks
	 * under the lock of the page heap, those of huge blocks under the lock of these: no
	 * slice has entries of both. They are read by plain loads: a thread that has the
	 * address of a block has it from one that saw the entry. Any other may see an older
	 * extent or none, and finds no live block there.
	 *
	 * A huge block has an entry for the slice that it starts in and no other. No other
	 * block starts in that slice, for it is at least as long; but an address before the
	 * block may lie in it.
	 */

	private static final VarHandle ROOTS = MethodHandles.arrayElementVarHandle(Extent[][].class);

	public static final int SLICE_SHIFT = 16;

	public static final int SLICE_SIZE = 1 << SLICE_SHIFT;

	private static final int LEAF_BITS = 16;

	/** All that processes have: 47 bits on x86, 48 on ARM. */
	private static final int ADDRESS_BITS = 48;

	private static final int ROOT_BITS = ADDRESS_BITS - SLICE_SHIFT - LEAF_BITS;

	private static final int NEAR = 1 << 16;

	private final Extent[] near = new Extent[NEAR];

	private final @Nullable Extent[] @Nullable [] roots = new @Nullable Extent[1 << ROOT_BITS] @Nullable [];

	public ExtentMap() {
		Arrays.fill(this.near, Chunk.NONE);
	}

	/**
	 * Returns the extent that any address, even a senseless one, belongs to, or null. An
	 * address before a huge block may be taken to belong to it.
	 */
	public @Nullable Extent get(long address) {
		Extent extent = this.near[(int) (address >>> SLICE_SHIFT) & (NEAR - 1)];
		return extent.covers(address) ? extent : find(address);
	}

	/** Returns whether slices of this range can be assigned. */
	static boolean isInReach(long base, long length) {
		return base > 0 && base + length <= 1L << ADDRESS_BITS;
	}

	private @Nullable Extent find(long address) {
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
			this.near[(int) (address >>> SLICE_SHIFT) & (NEAR - 1)] = (extent != null) ? extent : Chunk.NONE;
		}
	}

	private static long nextLeaf(long address) {
		return ((address >>> (SLICE_SHIFT + LEAF_BITS)) + 1) << (SLICE_SHIFT + LEAF_BITS);
	}

	private @Nullable Extent[] leaf(long address) {
		int root = (int) (address >>> (SLICE_SHIFT + LEAF_BITS));
		@Nullable Extent[] leaf = this.roots[root];
		if (leaf == null) {
			ROOTS.compareAndSet(this.roots, root, null, new Extent[1 << LEAF_BITS]);
			leaf = Objects.requireNonNull(this.roots[root]);
		}
		return leaf;
	}

}
