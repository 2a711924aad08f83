package io.freehold.managed;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException.Kind;
import io.freehold.internal.Memory;
import io.freehold.managed.Holdings.Held;

import org.jspecify.annotations.Nullable;

/**
 * One block on its way to another size. Used once, by one thread.
 */
final class Resize {

	/*
	 * The record of the old block is claimed first: from then on nobody else can free or
	 * resize it, and a close waits. The claim ends with the record of the new block in
	 * place, or with the old record restored. The backend calls are those of Global:
	 * equal alignments reallocate, others allocate, copy and free, and there the old
	 * block is freed last, when nothing can fail any more.
	 */

	private final Gate gate;

	private final Holdings blocks;

	private final long address;

	private final Layout oldLayout;

	private final Layout newLayout;

	private final boolean zeroed;

	/** Whether the old block no longer exists. */
	private boolean replaced;

	private long moved;

	Resize(Gate gate, Holdings blocks, long address, Layout oldLayout, Layout newLayout, boolean zeroed) {
		this.gate = gate;
		this.blocks = blocks;
		this.address = address;
		this.oldLayout = oldLayout;
		this.newLayout = newLayout;
		this.zeroed = zeroed;
	}

	/**
	 * Replaces the block, or throws with the old one as it was.
	 * @param block the block as the caller gave it, null if he gave an address
	 * @return the address of the new block
	 */
	long run(@Nullable MemorySegment block) {
		Held held = this.blocks.claim(this.address, this.oldLayout.size(), this.oldLayout.alignment());
		if (held != null) {
			throw this.gate.misuse(this.address, this.oldLayout, held, Kind.USE_AFTER_FREE, block);
		}
		Reason refusal;
		boolean overtaken = false;
		try {
			refusal = replace();
			if (refusal == null && this.gate.isClosing()) {
				// a close that has passed the new record's stripe already will not find
				// it
				overtaken = this.blocks.free(this.moved, this.newLayout.size(), this.newLayout.alignment()) == null;
				if (overtaken) {
					this.gate.ledger.deallocated(this.newLayout.size(), this.gate.account);
				}
				refusal = Reason.CLOSED;
			}
		}
		finally {
			if (this.replaced) {
				this.blocks.settle(this.address);
			}
			else {
				this.blocks.restore(this.address, this.oldLayout.size(), this.oldLayout.alignment());
			}
		}
		if (this.replaced) {
			this.gate.observeResize(this.address, this.oldLayout.size(), this.moved, this.newLayout.size());
		}
		if (overtaken) {
			this.gate.observeFree(this.moved, this.newLayout.size());
		}
		if (refusal != null) {
			throw this.gate.failure(this.newLayout, refusal, this.gate.account,
					Math.max(0, this.newLayout.size() - this.oldLayout.size()));
		}
		return this.moved;
	}

	/** Reserves, replaces and records; returns why not, with nothing changed. */
	private @Nullable Reason replace() {
		if (this.gate.isClosing()) {
			return Reason.CLOSED;
		}
		long growth = Math.max(0, this.newLayout.size() - this.oldLayout.size());
		Reason refusal = this.gate.tryReserve(this.newLayout, growth);
		if (refusal != null) {
			return refusal;
		}
		boolean done = false;
		try {
			done = (this.oldLayout.alignment() == this.newLayout.alignment()) ? reallocate() : move();
		}
		finally {
			if (!this.replaced) {
				this.gate.ledger.release(growth, this.gate.account);
			}
		}
		return done ? null : Reason.EXHAUSTED;
	}

	private boolean reallocate() {
		long oldSize = this.oldLayout.size();
		long newSize = this.newLayout.size();
		this.moved = this.blocks.reallocate(this.address, oldSize, this.oldLayout.alignment(), newSize);
		if (this.moved == 0) {
			return false;
		}
		this.replaced = true;
		settle(this.blocks.record(this.moved, newSize, this.newLayout.alignment(), oldSize));
		if (this.zeroed) {
			zero(oldSize, newSize);
		}
		return true;
	}

	private void zero(long oldSize, long newSize) {
		try {
			Memory.zero(this.moved + oldSize, newSize - oldSize);
		}
		catch (RuntimeException | Error ex) {
			// nobody would know of the block
			if (this.blocks.free(this.moved, newSize, this.newLayout.alignment()) == null) {
				this.gate.ledger.deallocated(newSize, this.gate.account);
			}
			throw ex;
		}
	}

	private boolean move() {
		long oldSize = this.oldLayout.size();
		long newSize = this.newLayout.size();
		long replacement = this.blocks.allocateReplacement(newSize, this.newLayout.alignment(), this.zeroed);
		if (replacement == 0) {
			return false;
		}
		try {
			Memory.copy(this.address, replacement, Math.min(oldSize, newSize));
		}
		catch (RuntimeException | Error ex) {
			this.blocks.freeReplaced(replacement, newSize, this.newLayout.alignment());
			throw ex;
		}
		this.moved = replacement;
		this.replaced = true;
		boolean recorded = this.blocks.record(replacement, newSize, this.newLayout.alignment(), oldSize);
		this.blocks.freeReplaced(this.address, oldSize, this.oldLayout.alignment());
		settle(recorded);
		return true;
	}

	/** Counts what has happened to the block. */
	private void settle(boolean recorded) {
		long oldSize = this.oldLayout.size();
		long newSize = this.newLayout.size();
		if (!recorded) {
			// no room on the heap to remember the block by: it is gone, but not lost
			this.gate.ledger.release(Math.max(0, newSize - oldSize), this.gate.account);
			this.gate.ledger.deallocated(oldSize, this.gate.account);
			throw new OutOfMemoryError("the heap has no room for the record of a block");
		}
		this.gate.ledger.reallocated(oldSize, newSize, this.gate.account);
	}

}
