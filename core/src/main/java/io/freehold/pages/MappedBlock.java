package io.freehold.pages;

/**
 * A block with a mapping of its own. Everything but the alignment and the owner is
 * guarded by its monitor, which is held for a few instructions.
 */
public final class MappedBlock {

	private final long alignment;

	private final long owner;

	private long address;

	/** Of the mapping. */
	private long length;

	private long size;

	private State state;

	/** The next of those the system did not take back. Guarded by the blocks' monitor. */
	MappedBlock nextStuck = this;

	MappedBlock(long length, long size, long alignment, long owner, boolean claimed) {
		this.length = length;
		this.size = size;
		this.alignment = alignment;
		this.owner = owner;
		this.state = claimed ? State.CLAIMED : State.LIVE;
	}

	synchronized void setAddress(long address) {
		this.address = address;
	}

	public synchronized long address() {
		return this.address;
	}

	synchronized long length() {
		return this.length;
	}

	public synchronized long size() {
		return this.size;
	}

	public long alignment() {
		return this.alignment;
	}

	public long owner() {
		return this.owner;
	}

	synchronized boolean isGone() {
		return this.state == State.FREED;
	}

	/** Frees the block if it is live and recorded in just this way. */
	synchronized boolean tryFree(long size, long alignment, long owner) {
		return tryLeave(State.LIVE, size, alignment, owner, State.FREED);
	}

	/** Claims the block if it is live and recorded in just this way. */
	synchronized boolean tryClaim(long size, long alignment, long owner) {
		return tryLeave(State.LIVE, size, alignment, owner, State.CLAIMED);
	}

	private boolean tryLeave(State from, long size, long alignment, long owner, State to) {
		if (this.state != from || this.size != size || this.alignment != alignment || this.owner != owner) {
			return false;
		}
		this.state = to;
		return true;
	}

	/** Ends a claim of the caller's. */
	synchronized void unclaim(long size) {
		this.size = size;
		this.state = State.LIVE;
	}

	/** Frees the block, which the caller has claimed. */
	synchronized void freeClaimed() {
		this.state = State.FREED;
	}

	synchronized void resize(long length, long size) {
		this.length = length;
		this.size = size;
	}

	private enum State {

		LIVE, CLAIMED, FREED

	}

}
