package io.freehold.pages;

/**
 * A block with a mapping of its own, as it is recorded. Records are told apart by
 * identity: one that looks the same may be of another block at the same address.
 */
public final class MappedBlock {

	private final long address;

	private final long length;

	private final long size;

	private final long alignment;

	private final long owner;

	private final boolean claimed;

	MappedBlock(long address, long length, long size, long alignment, long owner, boolean claimed) {
		this.address = address;
		this.length = length;
		this.size = size;
		this.alignment = alignment;
		this.owner = owner;
		this.claimed = claimed;
	}

	/** Returns where it starts. */
	public long address() {
		return this.address;
	}

	/** Returns the length of the mapping in bytes. */
	long length() {
		return this.length;
	}

	/** Returns the size of the block in bytes. */
	public long size() {
		return this.size;
	}

	/** Returns its alignment in bytes. */
	public long alignment() {
		return this.alignment;
	}

	/** Returns who it belongs to. */
	public long owner() {
		return this.owner;
	}

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
