package io.freehold;

import java.lang.foreign.MemorySegment;

import io.freehold.internal.Memory;

/**
 * The copy that the default {@code grow}, {@code growZeroed} and {@code shrink} share.
 */
final class Resizing {

	private Resizing() {
	}

	/**
	 * Moves {@code kept} bytes to a block that was just allocated and frees the old one;
	 * if that is refused the new block goes back and the old one is as it was.
	 */
	static MemorySegment move(Allocator allocator, MemorySegment oldBlock, Layout oldLayout, MemorySegment newBlock,
			Layout newLayout, long kept) {
		try {
			Memory.copy(oldBlock, newBlock, kept);
			allocator.deallocate(oldBlock, oldLayout);
			return newBlock;
		}
		catch (Throwable ex) {
			allocator.deallocate(newBlock, newLayout);
			throw ex;
		}
	}

}
