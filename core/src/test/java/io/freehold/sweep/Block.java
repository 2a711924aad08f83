package io.freehold.sweep;

import java.lang.foreign.MemorySegment;
import java.util.Random;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * A live block with known content: all of it if it is small, else both ends.
 *
 * @param owner what it was allocated by
 * @param segment the block
 * @param layout its layout
 * @param cookie tells its content from that of others
 */
record Block(Allocator owner, MemorySegment segment, Layout layout, int cookie) {

	private static final int END = 4096;

	/** How much of a zeroed block is looked at, at its begin. */
	private static final long ZEROS = 16 * END;

	private static final MemorySegment NOISE = noise();

	private static final MemorySegment ZERO = MemorySegment.ofArray(new byte[END]);

	private static MemorySegment noise() {
		byte[] noise = new byte[3 * END];
		new Random(7).nextBytes(noise);
		return MemorySegment.ofArray(noise);
	}

	/** Writes the content. */
	Block fill() {
		long size = this.layout.size();
		MemorySegment.copy(NOISE, begin(), this.segment, 0, Math.min(size, END));
		long tail = tail(size);
		MemorySegment.copy(NOISE, begin() + END, this.segment, size - tail, tail);
		return this;
	}

	/** Verifies that the content is as it was written. */
	void verify(String when) {
		long size = this.layout.size();
		verify(this.segment, 0, begin(), Math.min(size, END), when);
		long tail = tail(size);
		verify(this.segment, size - tail, begin() + END, tail, when);
	}

	/** Verifies that a block that replaces this one has its content. */
	void verifyKept(MemorySegment moved, long kept) {
		verify(moved, 0, begin(), Math.min(kept, END), "after a resize");
		long size = this.layout.size();
		if (kept == size) {
			long tail = tail(size);
			verify(moved, size - tail, begin() + END, tail, "after a resize");
		}
	}

	static void verifyZero(MemorySegment block, long from) {
		long size = block.byteSize();
		for (long offset = from; offset < size; offset += END) {
			if (offset - from >= ZEROS && size - offset > 2 * END) {
				offset = size - 2 * END;
			}
			long length = Math.min(END, size - offset);
			long at = MemorySegment.mismatch(block, offset, offset + length, ZERO, 0, length);
			if (at >= 0) {
				throw new Fault("not zeroed", "byte %d of %d is not zero".formatted(offset + at, size));
			}
		}
	}

	private long begin() {
		return (this.cookie * 37L) & (END - 1);
	}

	private static long tail(long size) {
		return Math.clamp(size - END, 0, END);
	}

	private void verify(MemorySegment block, long offset, long noise, long length, String when) {
		long at = MemorySegment.mismatch(block, offset, offset + length, NOISE, noise, noise + length);
		if (at >= 0) {
			throw new Fault("content", "byte %d of the block of %d bytes at 0x%x has changed %s".formatted(offset + at,
					this.layout.size(), block.address(), when));
		}
	}

	boolean overlaps(Block other) {
		long address = this.segment.address();
		long others = other.segment.address();
		return address < others + other.layout.size() && others < address + this.layout.size();
	}

}
