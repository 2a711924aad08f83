package io.freehold.spring.deep;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.freehold.Allocator;
import io.freehold.Layout;

import org.jspecify.annotations.Nullable;

/**
 * One recursion that uses memory at each level.
 *
 * <p>
 * A call that throws a {@link StackOverflowError} had no effect: what a level could not
 * free is freed where there is room again, and must then be as it was. Whatever else goes
 * wrong is kept in fields, because nothing can be called at the end of the stack.
 */
final class Descent {

	/** More levels than a stack of the tests has room for. */
	private static final int MAX_LEVELS = 50_000;

	/** How many levels use memory on the way up, which are those next to the end. */
	private static final int LEVELS_UP = 256;

	/** Small and medium sizes, of which many may be live at once. */
	private static final Layout[] SIZES = layouts(8, 24, 100, 48, 700, 16, 200, 2_500, 64, 24, 1_000, 9_000, 40, 128,
			16, 400);

	/** All sizes, of which few may be live at once. */
	private static final Layout[] MORE_SIZES = layouts(24, 40_000, 64, 700, 5 << 20, 200, 20_000, 16, 1_000, 300_000,
			48, 100, 9_000, 24, 6 << 20, 128);

	private final Allocator allocator;

	private final boolean down;

	private final int seed;

	private final int levels;

	private final @Nullable MemorySegment[] blocks;

	private final Layout[] layouts;

	/** Whether the content of a block is known. */
	private final boolean[] written;

	private int uses;

	private int wrongContents;

	private @Nullable Throwable unexpected;

	private Descent(Allocator allocator, boolean down, int seed, int levels) {
		this.allocator = allocator;
		this.down = down;
		this.seed = seed;
		this.levels = levels;
		this.blocks = new MemorySegment[levels];
		this.layouts = new Layout[levels];
		this.written = new boolean[levels];
	}

	private static Layout[] layouts(int... sizes) {
		Layout[] layouts = new Layout[sizes.length];
		for (int i = 0; i < sizes.length; i++) {
			layouts[i] = Layout.of(sizes[i], 8);
		}
		return layouts;
	}

	/** Returns a recursion of a few levels. */
	static Descent shallow(Allocator allocator, boolean down, int seed) {
		return new Descent(allocator, down, seed, 2 * SIZES.length);
	}

	/** Returns a recursion to the end of the stack. */
	static Descent deep(Allocator allocator, boolean down, int seed) {
		return new Descent(allocator, down, seed, MAX_LEVELS);
	}

	/**
	 * Recurses.
	 * @throws StackOverflowError if the stack ends first
	 * @throws IllegalStateException if anything else went wrong, which is a fault
	 */
	void run() {
		StackOverflowError end = null;
		try {
			descend(0);
		}
		catch (StackOverflowError ex) {
			end = ex;
		}
		for (int level = this.levels - 1; level >= 0; level--) {
			giveWithRoom(level);
		}
		if (this.wrongContents > 0 || this.unexpected != null) {
			throw new IllegalStateException(
					"seed " + this.seed + ", " + this.wrongContents + " blocks with wrong content", this.unexpected);
		}
		if (end != null) {
			throw end;
		}
	}

	private void giveWithRoom(int level) {
		try {
			give(level);
		}
		catch (StackOverflowError ex) {
			this.unexpected = ex;
		}
	}

	private void descend(int level) {
		if (level == this.levels) {
			return;
		}
		try {
			if (this.down) {
				take(level);
			}
			descend(level + 1);
		}
		finally {
			if (!this.down && this.uses < LEVELS_UP) {
				this.uses++;
				take(level);
			}
			give(level);
		}
	}

	/*
	 * Nothing is called between a call that takes memory and the line that keeps it, and
	 * so nothing can be lost in between.
	 */
	private void take(int level) {
		try {
			Layout[] sizes = this.down ? SIZES : MORE_SIZES;
			Layout layout = sizes[(this.seed + level) % sizes.length];
			this.layouts[level] = layout;
			MemorySegment block = ((level & 1) == 0) ? this.allocator.allocate(layout)
					: this.allocator.allocateZeroed(layout);
			this.blocks[level] = block;
			write(level, block);
			resize(level, block, (level + (this.seed >> 4)) & 7);
		}
		catch (StackOverflowError ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			this.unexpected = ex;
		}
	}

	private void resize(int level, MemorySegment block, int kind) {
		Layout layout = this.layouts[level];
		if (kind == 1 || kind == 4) {
			Layout larger = Layout.of(layout.size() * 2, 8);
			MemorySegment grown = (kind == 1) ? this.allocator.grow(block, layout, larger)
					: this.allocator.growZeroed(block, layout, larger);
			this.blocks[level] = grown;
			this.layouts[level] = larger;
			this.written[level] = false;
			boolean kept = grown.get(ValueLayout.JAVA_BYTE, 0) == content(level);
			boolean zeroed = kind == 1 || grown.get(ValueLayout.JAVA_BYTE, larger.size() - 1) == 0;
			if (!kept || !zeroed) {
				this.wrongContents++;
			}
			write(level, grown);
		}
		else if (kind == 6) {
			Layout smaller = Layout.of(layout.size() / 2, 8);
			MemorySegment shrunk = this.allocator.shrink(block, layout, smaller);
			this.blocks[level] = shrunk;
			this.layouts[level] = smaller;
			this.written[level] = false;
			if (shrunk.get(ValueLayout.JAVA_BYTE, 0) != content(level)) {
				this.wrongContents++;
			}
			write(level, shrunk);
		}
	}

	private byte content(int level) {
		return (byte) ((this.seed * 31 + level) | 1);
	}

	private void write(int level, MemorySegment block) {
		byte content = content(level);
		block.set(ValueLayout.JAVA_BYTE, 0, content);
		block.set(ValueLayout.JAVA_BYTE, this.layouts[level].size() - 1, content);
		this.written[level] = true;
	}

	/** Reads a block and frees it, unless that was done. */
	private void give(int level) {
		MemorySegment block = this.blocks[level];
		if (block == null) {
			return;
		}
		try {
			if (this.written[level]) {
				byte content = content(level);
				if (block.get(ValueLayout.JAVA_BYTE, 0) != content
						|| block.get(ValueLayout.JAVA_BYTE, this.layouts[level].size() - 1) != content) {
					this.wrongContents++;
				}
			}
			this.allocator.deallocate(block, this.layouts[level]);
			this.blocks[level] = null;
		}
		catch (StackOverflowError ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			this.blocks[level] = null;
			this.unexpected = ex;
		}
	}

}
