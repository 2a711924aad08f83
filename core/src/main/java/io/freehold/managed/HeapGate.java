package io.freehold.managed;

import io.freehold.budget.BudgetAccount;
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

	private final TableHoldings table;

	HeapGate(Node node, BudgetAccount account, GlobalAlloc backend, Tally tally, AllocationProbe probe) {
		this(node, account, new TableHoldings(backend, STRIPES), tally, probe);
	}

	private HeapGate(Node node, BudgetAccount account, TableHoldings table, Tally tally, AllocationProbe probe) {
		super(node, account, node.gate.ledger, table, tally, probe);
		this.table = table;
	}

	@Override
	void drain(Holdings.Consumer freed) {
		this.blocks.drain(freed);
	}

	@Override
	boolean holdsAny() {
		// there is no block without a byte
		return this.account.used() != 0;
	}

	@Override
	@Nullable String describeOwned(long address) {
		return isBlock(address) ? "a heap of " + this.node.name() : null;
	}

	@Override
	String closed() {
		return "the heap is closed";
	}

	@Override
	boolean isValid() {
		return this.table.isValid() && this.table.bytes() == this.account.used();
	}

}
