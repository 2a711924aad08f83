package io.freehold.managed;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.BudgetAccount;
import io.freehold.held.Owner;
import io.freehold.held.OwningAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * What the heaps of a node have in common. Those that are open are among its leases.
 */
final class Heaps {

	private final Node node;

	/** Where their blocks come from. */
	private final GlobalAlloc backend;

	private final Tally tally;

	/** What the backend knows their blocks by, if it keeps owners. */
	private final @Nullable Owner owner;

	Heaps(Node node, GlobalAlloc backend, Tally tally) {
		this.node = node;
		// out of reach of others that use the backend, if it keeps owners
		this.owner = (backend instanceof OwningAlloc owning) ? owning.newOwner() : null;
		this.backend = (this.owner != null) ? this.owner : backend;
		this.tally = tally;
	}

	Heap open() {
		NodeHeap heap = new NodeHeap(this, new BudgetAccount(this.node.budget, this.node.limitPerRegion));
		this.node.leases().add(heap);
		// a close that comes later finds the heap; one that came before is seen here
		if (this.node.gate.isClosing()) {
			heap.close();
			throw this.node.gate.failure(Layout.ofBytes(0), Reason.CLOSED, 0);
		}
		return heap;
	}

	HeapGate newGate(BudgetAccount account) {
		return new HeapGate(this.node, account, this.node.gate.ledger, this.backend, this.tally, this.node.probe());
	}

	/** Blocks were still live when a heap had to be closed along. */
	void abandoned(long blocks, long bytes) {
		this.node.ending.reclaimed(blocks, bytes);
	}

	void closed(NodeHeap heap) {
		this.node.closed(heap);
	}

	/** Lets all of them refuse allocations from now on. */
	void refuse() {
		for (Lease lease : this.node.leases().open()) {
			if (lease instanceof NodeHeap heap) {
				heap.refuse();
			}
		}
	}

	/** None of them will have a block again. */
	void retire() {
		if (this.owner != null) {
			this.owner.retire();
		}
	}

	/** Returns what an address belongs to if it is that of a block, in words, or null. */
	@Nullable String describeOwned(long address) {
		for (Lease lease : this.node.leases().open()) {
			String owner = (lease instanceof NodeHeap heap) ? heap.describeOwned(address) : null;
			if (owner != null) {
				return owner;
			}
		}
		return null;
	}

	/** Whether the records and the books agree, while nothing is in flight. */
	boolean isValid() {
		for (Lease lease : this.node.leases().open()) {
			if (lease instanceof NodeHeap heap && !heap.isValid()) {
				return false;
			}
		}
		return true;
	}

	@Override
	public String toString() {
		return this.node.name();
	}

}
