package io.freehold.sweep;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.managed.Heap;
import io.freehold.region.Region;

/**
 * One call of each kind after the operation that was struck: they all work, and no block
 * has two owners.
 */
final class Tour {

	private static final Layout LAYOUT = Layout.of(40, 8);

	private final Scene scene;

	private final Operation operation;

	Tour(Scene scene, Operation operation) {
		this.scene = scene;
		this.operation = operation;
	}

	void run() {
		useAll(this.scene.target, this.scene.place != Place.GLOBAL || this.scene.setting.seesMisuse());
		if (this.scene.place != Place.MANAGED) {
			useAll(this.scene.node, true);
		}
		useLifetimes();
		fillUp();
	}

	private void useAll(Allocator allocator, boolean seesMisuse) {
		MemorySegment block = allocator.allocate(LAYOUT);
		MemorySegment zeroed = allocator.allocateZeroed(LAYOUT);
		Block.verifyZero(zeroed, 0);
		Block known = new Block(allocator, block, LAYOUT, 77).fill();
		Layout larger = Layout.of(300, 8);
		block = allocator.growZeroed(block, LAYOUT, larger);
		known.verifyKept(block, LAYOUT.size());
		Block.verifyZero(block, LAYOUT.size());
		Layout aligned = Layout.of(700, 64);
		block = allocator.grow(block, larger, aligned);
		known.verifyKept(block, LAYOUT.size());
		block = allocator.shrink(block, aligned, LAYOUT);
		known.verifyKept(block, LAYOUT.size());
		allocator.deallocate(zeroed, LAYOUT);
		allocator.deallocate(block, LAYOUT);
		try {
			allocator.allocate(Layout.of(1L << 46, 8));
			throw new Fault("no refusal", "2^46 bytes were not refused by " + allocator);
		}
		catch (AllocationException ex) {
			// as expected
		}
		if (seesMisuse && !(allocator instanceof Region)) {
			try {
				allocator.deallocate(block, LAYOUT);
				throw new Fault("no misuse", "a block could be freed twice by " + allocator);
			}
			catch (MisuseException ex) {
				// as expected
			}
		}
	}

	private void useLifetimes() {
		try (Region region = this.scene.node.openRegion()) {
			region.allocate(LAYOUT);
			region.reset();
			region.allocateZeroed(LAYOUT);
		}
		try (Region region = this.scene.node.openSharedRegion()) {
			region.allocate(LAYOUT);
		}
		try (Heap heap = this.scene.node.openHeap()) {
			heap.allocate(LAYOUT);
		}
		try (var child = this.scene.root.child("last", (_) -> {
		})) {
			child.deallocate(child.allocate(LAYOUT), LAYOUT);
		}
	}

	/**
	 * Takes so many blocks of all sizes in question that all free ones are among them.
	 */
	private void fillUp() {
		boolean series = this.scene.series.length != 0;
		int count = series ? 2 * Operations.SERIES : switch (this.scene.size) {
			case SMALL -> 32;
			case LARGE -> 4;
			case HUGE -> 2;
		};
		Layout layout = Layout.of(this.scene.size.bytes, 8);
		for (int i = 0; i < count; i++) {
			this.scene.take(this.scene.node, layout);
			if (i % 4 == 0) {
				this.scene.take(this.scene.sibling, layout);
			}
		}
		if (this.operation.kind() == Operation.Kind.RESIZES) {
			this.scene.take(this.scene.sibling, this.scene.newLayout);
			this.scene.take(this.scene.node, this.scene.newLayout);
		}
	}

}
