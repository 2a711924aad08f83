package io.freehold.managed;

import java.util.Objects;
import java.util.stream.Stream;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.BudgetAccount;
import io.freehold.probe.AllocationProbe;
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

	private final AllocationProbe probe;

	Heaps(Node node, GlobalAlloc backend, Tally tally, AllocationProbe probe) {
		this.node = node;
		this.backend = OwnerBackend.over(backend);
		this.tally = tally;
		this.probe = probe;
	}

	Heap open() {
		NodeHeap heap = new NodeHeap(this, new BudgetAccount(this.node.budget, this.node.limitPerRegion));
		this.node.leases().add(heap);
		// a close that comes later finds the heap; one that came before is seen here
		if (this.node.gate.isClosing()) {
			heap.close();
			throw this.node.gate.failure(Layout.ofBytes(0), Reason.CLOSED, this.node.budget);
		}
		return heap;
	}

	HeapGate newGate(BudgetAccount account) {
		return new HeapGate(this.node, account, this.backend, this.tally, this.probe);
	}

	/** Blocks were still live when a heap had to be closed along. */
	void abandoned(long blocks, long bytes) {
		this.node.ending.reclaimed(blocks, bytes);
	}

	void closed(NodeHeap heap) {
		this.node.closed(heap);
	}

	private Stream<NodeHeap> heaps() {
		return this.node.leases().open().stream().filter(NodeHeap.class::isInstance).map(NodeHeap.class::cast);
	}

	/** Lets all of them refuse allocations from now on. */
	void refuse() {
		heaps().forEach(NodeHeap::refuse);
	}

	/** Returns what an address belongs to if it is that of a block, in words, or null. */
	@Nullable String describeOwned(long address) {
		return heaps().map((heap) -> heap.describeOwned(address)).filter(Objects::nonNull).findFirst().orElse(null);
	}

	/** Whether the records and the books agree, while nothing is in flight. */
	boolean isValid() {
		return heaps().allMatch(NodeHeap::isValid);
	}

	@Override
	public String toString() {
		return this.node.name();
	}

}
