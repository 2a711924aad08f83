package io.freehold.managed;

import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.managed.Holdings.Held;

import org.jspecify.annotations.Nullable;

/**
 * Finds out what a caller did who gave back a block that is not held as he believes.
 * Takes its time: nobody waits for it who uses the allocator well.
 *
 * @param node the allocator that was called
 * @param holdings its blocks
 */
record MisuseAudit(Node node, Holdings holdings) {

	/**
	 * Explains a refusal.
	 * @param held the record at the address, {@link Held#ABSENT} if there is none
	 * @param ifFreed the kind if the segment is known to have been this allocator's, null
	 * if that is not known
	 */
	MisuseException explain(long address, Layout layout, Held held, @Nullable Kind ifFreed) {
		if (held != Held.ABSENT) {
			return misuse(Kind.LAYOUT_MISMATCH, address,
					"it has size " + held.size() + " and alignment " + held.alignment()
							+ ", but was given back with size " + layout.size() + " and alignment "
							+ layout.alignment());
		}
		Held around = this.holdings.find(address);
		if (around != null && around.address() != address) {
			return misuse(Kind.INTERIOR_POINTER, address, "it points into the block of " + around.size()
					+ " bytes at 0x" + Long.toHexString(around.address()));
		}
		if (ifFreed != null) {
			// whoever has got its address since
			return misuse(ifFreed, address, "it was freed before");
		}
		String owner = this.node.describeOwner(address);
		if (owner != null) {
			return misuse(Kind.WRONG_ALLOCATOR, address, "it belongs to " + owner);
		}
		return misuse(Kind.UNKNOWN_BLOCK, address, "it is not allocated by any allocator of this tree");
	}

	private MisuseException misuse(Kind kind, long address, String what) {
		return new MisuseException(kind,
				this.node.name() + ": the block at 0x" + Long.toHexString(address) + " is refused: " + what);
	}

}
