package io.freehold.region;

import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.StackSpace;

/**
 * A region for any thread. All fields but {@link #closing} are guarded by the lock.
 */
final class SharedRegion extends BumpRegion implements BooleanSupplier {

	private final PolledLock lock = new PolledLock();

	SharedRegion(ChunkSource source) {
		super(source);
	}

	@Override
	void enter() {
		StackSpace.forOperation();
		this.lock.lock();
	}

	@Override
	void exit() {
		this.lock.unlock();
	}

	@Override
	Arena newArena() {
		return Arena.ofShared();
	}

	@Override
	public void close() {
		StackSpace.forOperation();
		this.closing = true;
		boolean done = false;
		try {
			if (!this.lock.isHeldByCurrentThread()) {
				enter();
				done = finishAndExit();
			}
		}
		finally {
			if (!done) {
				this.source.closeLater(this);
			}
		}
	}

	@Override
	public Outcome tryRevoke() {
		this.closing = true;
		if (this.lock.isHeldByCurrentThread()) {
			// code that the region calls closes it, in the middle of something
			return Outcome.HELD;
		}
		if (!this.lock.tryLock()) {
			return Outcome.BUSY;
		}
		return finishAndExit() ? Outcome.REVOKED : Outcome.HELD;
	}

	/** Completes a close that had to wait, if that is possible. */
	@Override
	public boolean getAsBoolean() {
		return tryRevoke() == Outcome.REVOKED;
	}

	private boolean finishAndExit() {
		try {
			if (this.closed) {
				return true;
			}
			finish();
		}
		catch (SegmentHeldException ex) {
			// held by a native call
			return false;
		}
		finally {
			exit();
		}
		this.source.closed();
		return true;
	}

}
