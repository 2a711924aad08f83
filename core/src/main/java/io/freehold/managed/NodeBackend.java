package io.freehold.managed;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.MisuseException.Kind;
import io.freehold.held.Book;
import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.StackSpace;

/**
 * A node as a backend: raw addresses that pass the gate of the node. It needs the stack
 * of an allocator, for it has a backend of its own, which may not throw in the middle.
 */
final class NodeBackend implements Book {

	private final Node node;

	private final PolledLock leaving = new PolledLock();

	/** Only ever becomes true. Guarded by the lock. */
	private boolean left;

	/**
	 * Creates a backend.
	 * @param node the node
	 */
	NodeBackend(Node node) {
		this.node = node;
	}

	@Override
	public long allocate(long size, long alignment) {
		return takeOrNone(Layout.of(size, alignment), false);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		return takeOrNone(Layout.of(size, alignment), true);
	}

	private long takeOrNone(Layout layout, boolean zeroed) {
		StackSpace.forOperation();
		try {
			return this.node.gate.takeOrNone(layout, zeroed);
		}
		catch (AllocationException ex) {
			// it waited too long
			return 0;
		}
	}

	@Override
	public long take(Layout layout, boolean zeroed) {
		return this.node.gate.take(layout, zeroed);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		StackSpace.forOperation();
		this.node.gate.give(address, Layout.of(size, alignment), Kind.UNKNOWN_BLOCK, null);
	}

	@Override
	public boolean tryFree(long address, long size, long alignment) {
		NodeGate gate = this.node.gate;
		return gate.tryGive(gate.blocks, address, size, alignment, gate.account);
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		StackSpace.forOperation();
		try {
			return this.node.gate.takeResized(address, Layout.of(oldSize, alignment), Layout.of(newSize, alignment));
		}
		catch (AllocationException ex) {
			// it waited too long
			return 0;
		}
	}

	@Override
	public long takeResized(long address, Layout oldLayout, Layout newLayout) {
		NodeGate gate = this.node.gate;
		long moved = gate.tryTakeResized(address, oldLayout, newLayout, true);
		if (moved == NOT_HELD) {
			throw gate.misuse(address, oldLayout, Kind.USE_AFTER_FREE, null);
		}
		return moved;
	}

	@Override
	public long tryResize(long address, Layout oldLayout, Layout newLayout, boolean explained) {
		return this.node.gate.tryTakeResized(address, oldLayout, newLayout, explained);
	}

	@Override
	public boolean tryClaim(long address, Layout layout) {
		return this.node.gate.blocks.tryClaim(address, layout.size(), layout.alignment());
	}

	@Override
	public void restore(long address, Layout layout) {
		this.node.gate.blocks.restore(address, layout.size(), layout.alignment());
	}

	@Override
	public boolean includes(long address) {
		return this.node.gate.blocks.find(address) != null;
	}

	@Override
	public long liveBytes() {
		return this.node.budget.used();
	}

	@Override
	public long liveBlocks() {
		return this.node.gate.ledger.liveBlocks();
	}

	@Override
	public void dismiss() {
		this.node.dismiss();
	}

	@Override
	public boolean tryLeave() {
		this.leaving.lock();
		try {
			this.left = this.left || this.node.tryLeave();
			return this.left;
		}
		finally {
			this.leaving.unlock();
		}
	}

	@Override
	public String name() {
		return this.node.backend();
	}

	@Override
	public String toString() {
		return this.node.name();
	}

}
