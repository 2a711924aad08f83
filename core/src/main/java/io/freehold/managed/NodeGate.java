package io.freehold.managed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import io.freehold.budget.BudgetAccount;
import io.freehold.budget.Ledger;
import io.freehold.managed.Holdings.Held;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * The gate of a managed allocator, through which the chunks of its regions pass too.
 */
final class NodeGate extends Gate {

	private static final Logger logger = System.getLogger("io.freehold");

	/** The chunks of regions, apart, so that no caller can give them back. */
	private final Holdings chunks;

	NodeGate(Node node, BudgetAccount account, GlobalAlloc backend, Tally tally, AllocationProbe probe) {
		super(node, account, new Ledger(account), Holdings.over(backend), tally, probe);
		this.chunks = Holdings.over(backend);
	}

	/**
	 * Allocates a chunk for a region.
	 * @return the address, or what {@link #reason} translates
	 */
	long tryTakeChunk(long size, long alignment) {
		return tryTake(this.chunks, size, alignment, false, this.account);
	}

	/** Frees a chunk of a region. A fault of the backend is logged. */
	void giveChunk(long address, long size, long alignment) {
		Held held;
		try {
			held = tryGive(this.chunks, address, size, alignment, this.account);
		}
		catch (RuntimeException | Error ex) {
			logger.log(Level.WARNING, () -> "%s: could not give back a chunk of %d bytes".formatted(this.node, size),
					ex);
			return;
		}
		if (held != null) {
			throw new AssertionError(this.node + ": a region gave back a chunk it does not hold");
		}
	}

	@Override
	void drain(Holdings.Consumer freed) {
		this.chunks.drain(freed);
		this.blocks.drain(freed);
	}

	@Override
	boolean holdsAny() {
		return liveBlocks() != 0;
	}

	/**
	 * Returns how many blocks and chunks there are, those of heaps and those included
	 * that are just being allocated: exact at one instant.
	 */
	long liveBlocks() {
		return this.ledger.liveBlocks();
	}

	@Override
	@Nullable String describeOwned(long address) {
		if (isBlock(address)) {
			return this.node.name();
		}
		return (this.chunks.find(address) != null) ? "a region of " + this.node.name() : null;
	}

	@Override
	String closed() {
		return "the allocator is closed";
	}

	@Override
	boolean isValid() {
		return this.blocks.isValid() && this.chunks.isValid() && this.ledger.isValid();
	}

}
