package io.freehold.managed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How a node ends.
 */
final class Ending {

	/*
	 * First the gates of the whole subtree are closed, so that what comes later is
	 * refused; an allocation that is under way sees the closed gate after it has recorded
	 * its block and takes it back itself, or else the block is found below. Then every
	 * node, children first, revokes its regions, closes its heaps and revokes its own
	 * segments. A node whose segments are all revoked and whose children are closed
	 * returns its blocks, and is closed. If a revocation is not possible yet, the steps
	 * are repeated later: each does nothing the second time.
	 */

	private static final Logger logger = System.getLogger("io.freehold");

	private final Node node;

	private final boolean liveExpected;

	/** Held while the node is being ended; taken by a parent before its children. */
	private final ReentrantLock lock = new ReentrantLock();

	/** Written under the lock, read by anyone. */
	private volatile boolean ended;

	/** Whether somebody is trying to complete the close. Guarded by the lock. */
	private boolean pending;

	/** Blocks of regions and heaps that had to be closed along. Guarded by the lock. */
	private long reclaimedBlocks;

	/** The bytes of those. Guarded by the lock. */
	private long reclaimedBytes;

	Ending(Node node, boolean liveExpected) {
		this.node = node;
		this.liveExpected = liveExpected;
	}

	boolean hasEnded() {
		return this.ended;
	}

	void begin() {
		boolean done = false;
		try {
			closeGates(this.node);
			done = tryEnd();
		}
		finally {
			if (!done) {
				retryLater();
			}
		}
	}

	private static void closeGates(Node node) {
		for (Node child : node.children.closeGate()) {
			if (!child.outlivesTree) {
				closeGates(child);
			}
		}
		// only now, for a heap that is being drained makes this thread wait
		node.heaps.refuse();
	}

	private void retryLater() {
		this.lock.lock();
		try {
			if (this.pending || this.ended) {
				return;
			}
			this.pending = true;
		}
		finally {
			this.lock.unlock();
		}
		PendingClose.retry(this::tryEnd);
	}

	/**
	 * A region or a heap has given everything back, perhaps the last thing that was
	 * missing.
	 */
	void leaseClosed() {
		if (!this.lock.isHeldByCurrentThread()) {
			top().ending.tryEnd();
		}
	}

	/** Returns the uppermost ancestor that is closing, or the node itself. */
	private Node top() {
		Node top = this.node;
		while (top.parent != null && top.parent.gate.isClosing()) {
			top = top.parent;
		}
		return top;
	}

	/** A region gives a chunk back, at the latest because this thread ends the node. */
	void chunkReturned(long bytes) {
		reclaimed(1, bytes);
	}

	/**
	 * Blocks of a region or a heap go back, perhaps because this thread ends the node.
	 */
	void reclaimed(long blocks, long bytes) {
		if (this.lock.isHeldByCurrentThread()) {
			this.reclaimedBlocks += blocks;
			this.reclaimedBytes += bytes;
		}
	}

	/** Does what can be done now to end the node; returns whether it has ended. */
	private boolean tryEnd() {
		this.lock.lock();
		try {
			if (this.ended) {
				return true;
			}
			boolean revoked = true;
			// whoever comes here may be earlier than the one who closes the gates below
			for (Node child : this.node.children.closeGate()) {
				revoked &= child.outlivesTree || child.ending.tryEnd();
			}
			for (Lease lease : this.node.leases().open()) {
				revoked &= tryRevoke(lease);
			}
			revoked &= this.node.gate.tryRevoke();
			if (!revoked) {
				return false;
			}
			returnBlocks();
			this.node.gate.ledger.close();
			// before anybody who closes too sees it ended
			this.node.leave();
			this.ended = true;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean tryRevoke(Lease lease) {
		boolean revoked = lease.tryRevoke();
		if (revoked) {
			// unless whoever closed it has done that already
			this.node.leases().remove(lease);
		}
		return revoked;
	}

	private void returnBlocks() {
		long[] drained = this.node.gate.drain();
		long blocks = drained[0] + this.reclaimedBlocks;
		long bytes = drained[1] + this.reclaimedBytes;
		// counted once, whatever fails afterwards
		this.reclaimedBlocks = 0;
		this.reclaimedBytes = 0;
		if (blocks != 0) {
			logger.log(this.liveExpected ? Level.INFO : Level.WARNING,
					() -> "%s: closed with %d blocks (%d bytes) still live".formatted(this.node, blocks, bytes));
			if (!this.liveExpected) {
				this.node.leaked(blocks, bytes);
			}
		}
		for (Node child : this.node.children.nodes()) {
			long live = child.budget.used();
			if (live != 0) {
				logger.log(Level.INFO, () -> "%s: %d bytes are still live and stay so".formatted(child, live));
			}
		}
	}

}
