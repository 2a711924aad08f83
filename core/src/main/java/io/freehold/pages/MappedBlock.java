package io.freehold.pages;

/**
 * A block with a mapping of its own.
 *
 * @param address where it starts
 * @param length the length of the mapping in bytes
 * @param size the size of the block in bytes
 * @param alignment its alignment in bytes
 * @param owner who it belongs to
 * @param claimed whether somebody is resizing it
 */
public record MappedBlock(long address, long length, long size, long alignment, long owner, boolean claimed) {

	MappedBlock resized(long newAddress, long newLength, long newSize) {
		return new MappedBlock(newAddress, newLength, newSize, this.alignment, this.owner, this.claimed);
	}

	MappedBlock withClaimed(boolean claimed) {
		return new MappedBlock(this.address, this.length, this.size, this.alignment, this.owner, claimed);
	}

	boolean matches(long size, long alignment, long owner, boolean claimed) {
		return this.size == size && this.alignment == alignment && this.owner == owner && this.claimed == claimed;
	}

}
