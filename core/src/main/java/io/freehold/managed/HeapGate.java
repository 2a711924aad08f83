package io.freehold.managed;

import io.freehold.budget.BudgetAccount;
import io.freehold.budget.Ledger;
import io.freehold.held.TableBlocks;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * The gate of a heap. Its blocks are in a table of its own, and counted in the ledger of
 * the node; how many bytes of those are the heap's is what its account says.
 */
final class HeapGate extends Gate {

	/** Few, for heaps are many and each is used by few threads. */
	private static final int STRIPES = 4;

	private final TableBlocks table;

	HeapGate(Place place, BudgetAccount account, Ledger ledger, GlobalAlloc backend, Tally tally,
			AllocationProbe probe) {
		this(place, account, ledger, new TableBlocks(backend, STRIPES), tally, probe);
	}

	private HeapGate(Place place, BudgetAccount account, Ledger ledger, TableBlocks table, Tally tally,
			AllocationProbe probe) {
		super(place, account, ledger, table, tally, probe);
		this.table = table;
	}

	@Override
	String limitExceeded(long asked) {
		StringBuilder text = Refusal.begin();
		Refusal.level(text, this.place.name() + " heap", this.account.limit(), this.account.used(), asked);
		this.place.describeLimits(text, asked);
		return text.toString();
	}

	@Override
	void drainBlocks() {
		this.blocks.drain(this);
	}

	@Override
	boolean holdsAny() {
		// each block has a byte at least
		return this.account.used() != 0;
	}

	@Override
	@Nullable String describeOwned(long address) {
		return isBlock(address) ? "a heap of " + this.place.name() : null;
	}

	@Override
	String subject() {
		return "heap";
	}

	@Override
	boolean isValid() {
		return this.table.isValid() && this.table.bytes() == this.account.used();
	}

}
