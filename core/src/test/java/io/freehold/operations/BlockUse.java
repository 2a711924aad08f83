package io.freehold.operations;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * Takes one block through what blocks can become, and checks its content on the way. May
 * throw at every step what the allocator throws, and {@link Revoked}.
 *
 * @param allocator whose blocks are used
 * @param random draws sizes, alignments and steps
 */
public record BlockUse(Allocator allocator, SplittableRandom random) {

	/** Uses a block; it is left in half of the cases. */
	public void run() {
		Layout layout = Layout.of(this.random.nextInt(1, 200), 8);
		if (this.random.nextInt(8) == 0) {
			expectZero(this.allocator.asSegmentAllocator().allocate(layout.size(), 8), 0);
			return;
		}
		boolean zeroed = this.random.nextBoolean();
		MemorySegment block = zeroed ? this.allocator.allocateZeroed(layout) : this.allocator.allocate(layout);
		if (zeroed) {
			expectZero(block, 0);
		}
		fill(block, 1);
		Layout larger = Layout.of(layout.size() + this.random.nextInt(300), alignment());
		boolean zeroedBehind = this.random.nextBoolean();
		block = zeroedBehind ? this.allocator.growZeroed(block, layout, larger)
				: this.allocator.grow(block, layout, larger);
		expect(block, layout.size(), 1);
		if (zeroedBehind) {
			expectZero(block, layout.size());
		}
		fill(block, 2);
		layout = larger;
		if (this.random.nextBoolean()) {
			Layout smaller = Layout.of(this.random.nextLong(1, larger.size() + 1), alignment());
			block = this.allocator.shrink(block, larger, smaller);
			expect(block, smaller.size(), 2);
			layout = smaller;
		}
		if (this.random.nextBoolean()) {
			this.allocator.deallocate(block, layout);
		}
	}

	private long alignment() {
		return this.random.nextBoolean() ? 8 : 32;
	}

	private static void fill(MemorySegment block, int value) {
		access(block, () -> block.fill((byte) value));
	}

	private static void expect(MemorySegment block, long size, int value) {
		access(block, () -> {
			for (long i = 0; i < size; i++) {
				if (block.get(ValueLayout.JAVA_BYTE, i) != value) {
					throw new AssertionError("byte " + i + " of " + block + " was changed by others");
				}
			}
		});
	}

	private static void expectZero(MemorySegment block, long from) {
		access(block, () -> {
			for (long i = from; i < block.byteSize(); i++) {
				if (block.get(ValueLayout.JAVA_BYTE, i) != 0) {
					throw new AssertionError("byte " + i + " of " + block + " is not zero");
				}
			}
		});
	}

	static void access(MemorySegment block, Runnable access) {
		try {
			access.run();
		}
		catch (IllegalStateException ex) {
			if (block.scope().isAlive()) {
				throw new AssertionError(block + " is alive, but not accessible", ex);
			}
			throw new Revoked();
		}
	}

	/** A block was revoked while it was used. */
	public static final class Revoked extends RuntimeException {

		Revoked() {
			super("the block was revoked", null, false, false);
		}

	}

}
