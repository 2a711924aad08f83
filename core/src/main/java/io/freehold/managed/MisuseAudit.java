package io.freehold.managed;

import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.held.BlockRecord;
import io.freehold.held.HeldBlocks;

import org.jspecify.annotations.Nullable;

/**
 * Explains why a block was refused. Runs on the misuse path only.
 *
 * @param place the allocator that was called
 * @param blocks its blocks
 * @param subject what they are blocks of, in a word
 */
record MisuseAudit(Place place, HeldBlocks blocks, String subject) {

	/**
	 * Explains a refusal.
	 * @param ifFreed the kind if the segment is known to have been this allocator's, null
	 * if that is not known
	 */
	MisuseException explain(long address, Layout layout, @Nullable Kind ifFreed) {
		MisuseException held = explainHeld(address, layout);
		if (held != null) {
			return held;
		}
		if (ifFreed != null) {
			// whichever block has its address now
			return misuse(ifFreed, address, (ifFreed == Kind.ALLOCATOR_CLOSED) ? whenClosed() : whenFreed(address));
		}
		MisuseException owned = explainOwned(address);
		return (owned != null) ? owned
				: misuse(Kind.UNKNOWN_BLOCK, address, "it is not allocated by any allocator of this tree");
	}

	/**
	 * Explains a refusal by an allocator that has closed, where a segment does not tell
	 * whose it was.
	 */
	MisuseException explainClosed(long address, Layout layout) {
		MisuseException held = explainHeld(address, layout);
		if (held != null) {
			return held;
		}
		MisuseException owned = explainOwned(address);
		return (owned != null) ? owned
				: misuse(Kind.ALLOCATOR_CLOSED, address, whenClosed() + ", unless it never was a block of it");
	}

	private String whenFreed(long address) {
		if (this.blocks.find(address) != null) {
			// just as the caller says, so that another thread has it in hand
			return "another thread is resizing or freeing it";
		}
		return this.blocks.mayBeClaimed(address) ? "it was freed before, or another thread is resizing it"
				: "it was freed before";
	}

	private String whenClosed() {
		return "it was freed when the " + this.subject + " closed";
	}

	private @Nullable MisuseException explainHeld(long address, Layout layout) {
		BlockRecord found = this.blocks.find(address);
		if (found != null && found.address() != address) {
			return misuse(Kind.INTERIOR_POINTER, address,
					"it points into the block of " + found.size() + " bytes at 0x" + Long.toHexString(found.address()));
		}
		if (found != null && (found.size() != layout.size() || found.alignment() != layout.alignment())) {
			return misuse(Kind.LAYOUT_MISMATCH, address,
					"it has size " + found.size() + " and alignment " + found.alignment()
							+ ", but was given back with size " + layout.size() + " and alignment "
							+ layout.alignment());
		}
		return null;
	}

	private @Nullable MisuseException explainOwned(long address) {
		String owner = this.place.describeOwner(address);
		return (owner != null) ? misuse(Kind.WRONG_ALLOCATOR, address, "it belongs to " + owner) : null;
	}

	private MisuseException misuse(Kind kind, long address, String what) {
		return new MisuseException(kind,
				this.place.name() + ": the block at 0x" + Long.toHexString(address) + " is refused: " + what);
	}

}
