package io.freehold.region;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A region for any thread. All fields but {@link #closing} are guarded by the lock.
 */
final class SharedRegion extends BumpRegion {

	private final ReentrantLock lock = new ReentrantLock();

	SharedRegion(ChunkSource source) {
		super(source);
	}

	@Override
	void enter() {
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
		if (!tryRevoke()) {
			this.source.closeLater(this::tryRevoke);
		}
	}

	@Override
	public boolean tryRevoke() {
		this.closing = true;
		enter();
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
