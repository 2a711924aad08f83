package io.freehold.misuse;

import io.freehold.stress.Pattern;

/**
 * A live block with known content: all bytes of it if it is small, else the ends and a
 * few in every 64 KiB between them.
 *
 * @param address where it is
 * @param size how long it is in bytes
 * @param alignment what it was aligned to
 * @param cookie tells its content from that of others
 */
record Sample(long address, long size, long alignment, long cookie) {

	private static final long WHOLE = 1 << 17;

	private static final long END = 4096;

	private static final long STEP = 1 << 16;

	private static final long PIECE = 64;

	/** Writes the content. */
	Sample fill() {
		walk(Pattern::fill);
		return this;
	}

	/** Asserts that the content is as it was written. */
	void verify() {
		walk(Pattern::verify);
	}

	/** Asserts that the first bytes of a block have the content of this one. */
	void verifyKept(long moved, long length) {
		long kept = Math.min(length, (this.size > WHOLE) ? END : this.size);
		Pattern.verify(moved, kept, (this.size > WHOLE) ? END : this.size, this.cookie);
	}

	private void walk(Piece piece) {
		if (this.size <= WHOLE) {
			piece.at(this.address, this.size, this.cookie);
			return;
		}
		piece.at(this.address, END, this.cookie);
		for (long offset = END; offset < this.size - END - PIECE; offset += STEP) {
			piece.at(this.address + offset, PIECE, this.cookie + offset);
		}
		piece.at(this.address + this.size - END, END, ~this.cookie);
	}

	/** Returns whether an address is inside this block, but not its start. */
	boolean isInside(long other) {
		return other > this.address && other - this.address < this.size;
	}

	@FunctionalInterface
	private interface Piece {

		void at(long address, long size, long cookie);

	}

}
