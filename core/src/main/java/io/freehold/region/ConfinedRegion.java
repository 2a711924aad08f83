package io.freehold.region;

import java.lang.foreign.Arena;

import io.freehold.internal.sync.StackSpace;

/**
 * A region for one thread. All fields but {@link #closing} are used by the owner alone,
 * or, once it has died, by whoever closes the parent.
 */
final class ConfinedRegion extends BumpRegion {

	private final Thread owner = Thread.currentThread();

	ConfinedRegion(ChunkSource source) {
		super(source);
	}

	@Override
	void enter() {
		if (Thread.currentThread() != this.owner) {
			throw wrongThread();
		}
	}

	private WrongThreadException wrongThread() {
		return new WrongThreadException(this.source.name() + ": the region belongs to thread '" + this.owner.getName()
				+ "', not to '" + Thread.currentThread().getName() + "' (a shared region may be used by any thread)");
	}

	@Override
	void exit() {
	}

	@Override
	Arena newArena() {
		return Arena.ofConfined();
	}

	@Override
	public void close() {
		StackSpace.forOperation();
		enter();
		if (!this.closed) {
			finish();
			this.closing = true;
			this.source.closed();
		}
	}

	@Override
	public Outcome tryRevoke() {
		this.closing = true;
		boolean owned = Thread.currentThread() == this.owner;
		if (!owned && this.owner.isAlive()) {
			// only that thread knows whether it is closed, and tells the source
			return Outcome.HELD;
		}
		if (this.closed) {
			return Outcome.REVOKED;
		}
		if (owned) {
			try {
				finish();
			}
			catch (SegmentHeldException ex) {
				// held by a native call that is calling back
				return Outcome.HELD;
			}
		}
		else {
			// the segments are accessible to a thread that no longer exists
			abandon();
		}
		this.source.closed();
		return Outcome.REVOKED;
	}

}
