package io.freehold.managed;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.MisuseException.Kind;
import io.freehold.internal.sync.StackSpace;
import io.freehold.spi.GlobalAlloc;

/**
 * A node as a backend: raw addresses that pass the gate of the node. It needs the stack
 * of an allocator, for it has a backend of its own, which may not throw in the middle.
 *
 * @param node the node
 */
record NodeBackend(Node node) implements GlobalAlloc {

	@Override
	public long allocate(long size, long alignment) {
		return take(Layout.of(size, alignment), false);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		return take(Layout.of(size, alignment), true);
	}

	private long take(Layout layout, boolean zeroed) {
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
	public void deallocate(long address, long size, long alignment) {
		StackSpace.forOperation();
		this.node.gate.give(address, Layout.of(size, alignment), Kind.UNKNOWN_BLOCK, null);
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
	public String name() {
		return this.node.backend();
	}

	@Override
	public String toString() {
		return this.node.name();
	}

}
