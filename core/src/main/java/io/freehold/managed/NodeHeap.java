package io.freehold.managed;

import java.lang.foreign.MemorySegment;

import io.freehold.Layout;
import io.freehold.budget.BudgetAccount;
import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.StackSpace;

import org.jspecify.annotations.Nullable;

/**
 * A heap of a node: a gate of its own, made when it is first needed.
 */
final class NodeHeap extends Lease implements Heap {

	private final Heaps heaps;

	/** Its bytes are those of this heap's blocks. */
	private final BudgetAccount account;

	/** Held to make the gate and to close; taken after the lock of an ending. */
	private final PolledLock lock = new PolledLock();

	/** Set once, under the lock. */
	private volatile @Nullable HeapGate gate;

	/** Written under the lock, read by anyone. Only ever becomes true, like the next. */
	private volatile boolean closing;

	private volatile boolean closed;

	private final HeapClose close = new HeapClose(this);

	/** Whether its user has closed it, so that no block is a leak. Set before it ends. */
	private volatile boolean dismissed;

	NodeHeap(Heaps heaps, BudgetAccount account) {
		this.heaps = heaps;
		this.account = account;
	}

	HeapGate gate() {
		HeapGate gate = this.gate;
		return (gate != null) ? gate : openGate();
	}

	private HeapGate openGate() {
		StackSpace.forOperation();
		this.lock.lock();
		try {
			HeapGate gate = this.gate;
			if (gate == null) {
				gate = this.heaps.newGate(this.account);
				if (this.closing) {
					// nothing will pass it; it only says what is wrong
					gate.close();
				}
				this.gate = gate;
			}
			return gate;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public MemorySegment allocate(Layout layout) {
		return (layout.size() == 0) ? layout.dangling() : gate().allocate(layout, false);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		return (layout.size() == 0) ? layout.dangling() : gate().allocate(layout, true);
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		gate().deallocate(block, layout);
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return gate().grow(block, oldLayout, newLayout, false);
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return gate().grow(block, oldLayout, newLayout, true);
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return gate().shrink(block, oldLayout, newLayout);
	}

	@Override
	public long used() {
		return this.account.used();
	}

	@Override
	public boolean isOpen() {
		return !this.closing;
	}

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public void close() {
		StackSpace.forOperation();
		this.dismissed = true;
		this.close.close(this);
	}

	/** Refuses allocations from now on. */
	void refuse() {
		if (this.closing) {
			return;
		}
		this.lock.lock();
		try {
			this.closing = true;
			HeapGate gate = this.gate;
			if (gate != null) {
				gate.close();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Closes the heap, too, if its segments can be revoked. */
	@Override
	PendingClose.Outcome tryRevoke() {
		if (this.lock.isHeldByCurrentThread()) {
			// a probe or the log of this very close has closed it once more
			return PendingClose.Outcome.HELD;
		}
		if (!this.lock.tryLock()) {
			return PendingClose.Outcome.BUSY;
		}
		try {
			if (this.closed) {
				return PendingClose.Outcome.DONE;
			}
			refuse();
			HeapGate gate = this.gate;
			if (gate != null) {
				if (!gate.tryRevoke()) {
					return PendingClose.Outcome.HELD;
				}
				if (!gate.drain()) {
					return PendingClose.Outcome.BUSY;
				}
				if (!this.dismissed) {
					this.heaps.abandoned(gate.drainedBlocks(), gate.drainedBytes());
				}
			}
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		this.heaps.closed(this);
		return PendingClose.Outcome.DONE;
	}

	/** Returns what an address belongs to if it is that of a block, in words, or null. */
	@Nullable String describeOwned(long address) {
		HeapGate gate = this.gate;
		return (gate != null) ? gate.describeOwned(address) : null;
	}

	/** Whether the records and the books agree, while nothing is in flight. */
	boolean isValid() {
		HeapGate gate = this.gate;
		return (gate != null) ? gate.isValid() : used() == 0;
	}

	@Override
	public String toString() {
		return this.heaps + " heap";
	}

	/** The close of a heap that has to wait. */
	private static final class HeapClose extends PendingClose {

		private final NodeHeap heap;

		HeapClose(NodeHeap heap) {
			this.heap = heap;
		}

		@Override
		Outcome attempt() {
			return this.heap.tryRevoke();
		}

	}

}
