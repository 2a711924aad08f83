package io.freehold.managed;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.BudgetAccount;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * The heaps of a node that are not closed.
 */
final class Heaps {

	private final Node node;

	/** Where their blocks come from. */
	private final GlobalAlloc backend;

	private final long limitPerHeap;

	private final Tally tally;

	private final AllocationProbe probe;

	/** Each is added once, and removed once by whoever closes it. */
	private final Set<NodeHeap> open = ConcurrentHashMap.newKeySet();

	Heaps(Node node, GlobalAlloc backend, long limitPerHeap, Tally tally, AllocationProbe probe) {
		this.node = node;
		this.backend = OwnerBackend.over(backend);
		this.limitPerHeap = limitPerHeap;
		this.tally = tally;
		this.probe = probe;
	}

	Heap open() {
		NodeHeap heap = new NodeHeap(this, new BudgetAccount(this.node.budget, this.limitPerHeap));
		this.tally.regionOpened();
		this.open.add(heap);
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

	void remove(NodeHeap heap) {
		if (this.open.remove(heap)) {
			this.tally.regionClosed();
		}
	}

	/** A heap is closed, perhaps the last thing that the end of the node waits for. */
	void removed() {
		if (this.node.gate.isClosing()) {
			this.node.ending.regionClosed();
		}
	}

	/** Lets all of them refuse allocations from now on. */
	void refuse() {
		this.open.forEach(NodeHeap::refuse);
	}

	/**
	 * Does what can be done now to close all of them; returns whether they are closed.
	 */
	boolean tryEnd() {
		boolean ended = true;
		for (NodeHeap heap : this.open) {
			ended &= heap.tryEnd();
		}
		return ended;
	}

	/** Returns what an address belongs to if it is that of a block, in words, or null. */
	@Nullable String describeOwned(long address) {
		for (NodeHeap heap : this.open) {
			String owner = heap.describeOwned(address);
			if (owner != null) {
				return owner;
			}
		}
		return null;
	}

	/** Whether the records and the books agree, while nothing is in flight. */
	boolean isValid() {
		return this.open.stream().allMatch(NodeHeap::isValid);
	}

	@Override
	public String toString() {
		return this.node.name();
	}

}
