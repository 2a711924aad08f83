package io.freehold.managed;

import io.freehold.budget.BudgetAccount;
import io.freehold.budget.Ledger;
import io.freehold.held.HeldBlocks;
import io.freehold.internal.sync.Faults;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * The gate of a managed allocator, through which the chunks of its regions pass too.
 */
final class NodeGate extends Gate {

	/** The chunks of regions, apart, so that no caller can give them back. */
	private final HeldBlocks chunks;

	private final boolean drained;

	NodeGate(Place place, BudgetAccount account, GlobalAlloc backend, Tally tally, AllocationProbe probe,
			boolean drained) {
		super(place, account, new Ledger(account), HeldBlocks.over(backend), tally, probe);
		this.chunks = HeldBlocks.over(backend);
		this.drained = drained;
	}

	@Override
	boolean isDrained() {
		return this.drained;
	}

	/**
	 * Allocates a chunk for a region.
	 * @return the address, or what {@link #reason} translates
	 */
	long tryTakeChunk(long size, long alignment) {
		return tryTake(this.chunks, size, alignment, false, this.account);
	}

	/** Frees a chunk of a region. What the backend throws is logged. */
	void giveChunk(long address, long size, long alignment) {
		boolean held = true;
		try {
			held = tryGive(this.chunks, address, size, alignment, this.account);
		}
		catch (Throwable ex) {
			Faults.warn(this.place.name(), ": the backend could not take back a chunk of a region", ex);
		}
		if (!held) {
			throw new AssertionError(this.place.name() + ": a region gave back a chunk it does not hold");
		}
	}

	@Override
	String limitExceeded(long asked) {
		StringBuilder text = Refusal.begin();
		this.place.describeLimits(text, asked);
		return text.toString();
	}

	@Override
	void drainBlocks() {
		this.chunks.drain(this);
		if (holdsAny()) {
			this.blocks.drain(this);
		}
	}

	/** Has had its last block. */
	void retire() {
		this.chunks.retire();
		this.blocks.retire();
	}

	@Override
	boolean holdsAny() {
		return this.ledger.liveBlocks() != 0;
	}

	@Override
	@Nullable String describeOwned(long address) {
		if (isBlock(address)) {
			return this.place.name();
		}
		return (this.chunks.find(address) != null) ? "a region of " + this.place.name() : null;
	}

	@Override
	String subject() {
		return "allocator";
	}

	@Override
	boolean isValid() {
		return this.blocks.isValid() && this.chunks.isValid() && this.ledger.isValid();
	}

}
