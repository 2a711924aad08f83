package io.freehold.managed;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException.Kind;
import io.freehold.held.Book;
import io.freehold.held.HeldBlocks;
import io.freehold.internal.Memory;
import io.freehold.pages.Successor;
import io.freehold.probe.AllocationProbe;

import org.jspecify.annotations.Nullable;

/**
 * One block on its way to another size. Used once, by one thread.
 */
final class Resize implements Successor {

	/*
	 * The old block is claimed first: from then on no other thread can free or resize it,
	 * and a close waits for it. The segment of the new block is made when its address is
	 * known, before the old one is given up; the new bytes are zeroed while it is still
	 * claimed. Then it is published, which cannot fail. From there on a close may free
	 * it, and nothing more is written to it.
	 *
	 * The backend calls are those of Global: equal alignments reallocate, others
	 * allocate, copy and free.
	 */

	private final Gate gate;

	private final HeldBlocks blocks;

	private final long address;

	private final Layout oldLayout;

	private final Layout newLayout;

	private final boolean zeroed;

	/** Read before anything changes: a close may let go of it when it has ended. */
	private final AllocationProbe probe;

	/** Whether the caller wants a segment. */
	private boolean wrapped;

	/** The segment of the new block. */
	private @Nullable MemorySegment segment;

	/** Why the block was not replaced. */
	private @Nullable Reason refusal;

	Resize(Gate gate, long address, Layout oldLayout, Layout newLayout, boolean zeroed) {
		this.gate = gate;
		this.blocks = gate.blocks;
		this.probe = gate.probe();
		this.address = address;
		this.oldLayout = oldLayout;
		this.newLayout = newLayout;
		this.zeroed = zeroed;
	}

	/** Replaces the block, or throws with the old one as it was. */
	MemorySegment run(MemorySegment block) {
		this.wrapped = true;
		long moved = replace(block);
		if (this.refusal != null) {
			throw this.gate.failure(this.newLayout, this.refusal, growth());
		}
		MemorySegment segment = this.segment;
		return (segment != null) ? segment : wrapMoved(moved);
	}

	/**
	 * Makes the segment that is missing because a foreign backend has moved the block,
	 * and the heap was full or a close had begun.
	 */
	private MemorySegment wrapMoved(long moved) {
		try {
			return this.gate.wrap(moved, this.newLayout);
		}
		catch (Throwable ex) {
			// unless a close has come across the block before
			this.gate.tryGive(this.blocks, moved, this.newLayout.size(), this.newLayout.alignment(), this.gate.account);
			if (this.gate.isClosing()) {
				throw this.gate.failure(this.newLayout, Reason.CLOSED, growth());
			}
			throw ex;
		}
	}

	/**
	 * Replaces the block, given by its address; if that is refused, counts the failure
	 * and returns 0 with the old one as it was.
	 */
	long run() {
		long moved = replace(null);
		if (this.refusal != null) {
			this.gate.count(this.newLayout, this.refusal);
			return 0;
		}
		return moved;
	}

	/** Like {@link #run()}, unless the block is not held like this. */
	long tryRun(boolean explained) {
		if (!isClaimed()) {
			return Book.NOT_HELD;
		}
		long moved = replaceClaimed();
		Reason refusal = this.refusal;
		if (refusal == null) {
			return moved;
		}
		if (explained) {
			throw this.gate.failure(this.newLayout, refusal, growth());
		}
		this.gate.count(this.newLayout, refusal);
		return 0;
	}

	/**
	 * Makes the segment. An address that turns out not to be the right one may have none:
	 * that of the old block, if the new one does not fit there.
	 */
	@Override
	public void at(long address) {
		if (this.wrapped) {
			// that of another address is not needed any more
			this.segment = null;
			this.segment = this.gate.wrapIfMapped(address, this.newLayout);
		}
	}

	private long replace(@Nullable MemorySegment block) {
		if (!isClaimed()) {
			throw this.gate.misuse(this.address, this.oldLayout, Kind.USE_AFTER_FREE, block);
		}
		return replaceClaimed();
	}

	private boolean isClaimed() {
		return this.blocks.tryClaim(this.address, this.oldLayout.size(), this.oldLayout.alignment());
	}

	private long replaceClaimed() {
		long moved = 0;
		Reason refusal = null;
		try {
			refusal = this.gate.isClosing() ? Reason.CLOSED : reserve();
			if (refusal == null) {
				moved = moveReserved();
				refusal = (moved == 0) ? Reason.EXHAUSTED : null;
			}
		}
		catch (IllegalStateException ex) {
			if (!this.gate.isClosing()) {
				throw ex;
			}
			// the segment could not be made because a close has revoked all
			refusal = Reason.CLOSED;
		}
		finally {
			if (moved == 0) {
				this.blocks.restore(this.address, this.oldLayout.size(), this.oldLayout.alignment());
			}
		}
		if (moved != 0) {
			publish(moved);
			refusal = returnIfClosing(moved) ? Reason.CLOSED : null;
		}
		else if (this.gate.isClosing()) {
			// the close may have been here before the block was restored
			refusal = Reason.CLOSED;
		}
		this.refusal = refusal;
		return moved;
	}

	private long growth() {
		return Math.max(0, this.newLayout.size() - this.oldLayout.size());
	}

	private @Nullable Reason reserve() {
		return this.gate.tryReserve(this.newLayout, growth());
	}

	/** Has the backend move the block; returns 0 with nothing changed if it refuses. */
	private long moveReserved() {
		long moved = 0;
		try {
			moved = (this.oldLayout.alignment() == this.newLayout.alignment())
					? this.blocks.resizeClaimed(this.address, this.oldLayout.size(), this.oldLayout.alignment(),
							this.newLayout.size(), this)
					: this.blocks.replaceClaimed(this.address, this.oldLayout.size(), this.oldLayout.alignment(),
							this.newLayout.size(), this.newLayout.alignment(), this.zeroed, this);
		}
		finally {
			if (moved == 0) {
				this.gate.ledger.release(growth(), this.gate.account);
			}
		}
		return moved;
	}

	/** From here on nothing fails. */
	private void publish(long moved) {
		long oldSize = this.oldLayout.size();
		long newSize = this.newLayout.size();
		if (this.zeroed && newSize > oldSize) {
			Memory.zero(moved + oldSize, newSize - oldSize);
		}
		this.gate.ledger.reallocated(oldSize, newSize, this.gate.account);
		this.blocks.publish(moved, newSize, this.newLayout.alignment(), this.address);
		this.gate.observeResized(this.probe, this.address, oldSize, moved, newSize);
	}

	/** A close that has looked here already will not find the block any more. */
	private boolean returnIfClosing(long moved) {
		if (!this.gate.isClosing() || !this.gate.isDrained()) {
			return false;
		}
		this.gate.tryGive(this.blocks, moved, this.newLayout.size(), this.newLayout.alignment(), this.gate.account);
		return true;
	}

}
