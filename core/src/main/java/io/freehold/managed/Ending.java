package io.freehold.managed;

import java.lang.System.Logger.Level;

import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.StackSpace;

/**
 * How a node ends.
 */
final class Ending extends PendingClose {

	/*
	 * First the gates of the whole subtree are closed, so that what comes later is
	 * refused; an allocation that is under way sees the closed gate after it has recorded
	 * its block and takes it back itself, or else the block is found below. Then every
	 * node, children first, revokes its regions, closes its heaps and revokes its own
	 * segments. A node whose segments are all revoked and whose children are closed
	 * returns its blocks, and is closed. If a revocation is not possible yet, or a call
	 * in flight has a block in hand, the steps are repeated later: each does nothing the
	 * second time. No step waits, so that no lock is held for longer than it takes to do
	 * what can be done.
	 */

	/** So often a close waits for bytes, which takes part of a second at least. */
	private static final int MAX_SETTLING = 10_000;

	private final Node node;

	private final boolean liveExpected;

	/** Held while the node is being ended; taken by a parent before its children. */
	private final PolledLock lock = new PolledLock();

	/** Written under the lock, read by anyone. */
	private volatile boolean ended;

	/** How often bytes were still on their way. Guarded by the lock. */
	private int settling;

	/** Whether what was live has been counted and logged. Guarded by the lock. */
	private boolean reported;

	/** Whether the listeners have been told. Guarded by the lock. */
	private boolean announced;

	/** Whether the parent counts what leaked. Guarded by the lock. */
	private boolean leaksPassedOn;

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
		StackSpace.forOperation();
		try {
			closeGates(this.node);
		}
		catch (Throwable ex) {
			retryLater();
			throw ex;
		}
		close(this.node);
	}

	private static void closeGates(Node node) {
		// for each level, since trees can be deep
		StackSpace.forBackend();
		for (Node child : node.children.closeGate()) {
			if (!child.outlivesTree) {
				closeGates(child);
			}
		}
		node.heaps.refuse();
	}

	/**
	 * A region or a heap has given everything back, perhaps the last thing that was
	 * missing.
	 */
	void leaseClosed() {
		if (!this.lock.isHeldByCurrentThread()) {
			top().ending.attempt();
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

	@Override
	Outcome attempt() {
		// for each level, since trees can be deep
		StackSpace.forBackend();
		if (this.lock.isHeldByCurrentThread()) {
			// a listener, a probe or the log of this very close has closed it once more
			return Outcome.HELD;
		}
		this.lock.lock();
		try {
			if (this.ended) {
				return Outcome.DONE;
			}
			Outcome outcome = revokeAll();
			if (outcome != Outcome.DONE) {
				return outcome;
			}
			if (!this.node.gate.drain() || isSettling()) {
				return Outcome.BUSY;
			}
			this.node.gate.ledger.close();
			reportLive();
			// before another thread that closes too sees it ended
			leave();
			this.ended = true;
			return Outcome.DONE;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Leaves the tree. No step is taken twice, whatever fails in between. */
	private void leave() {
		if (!this.announced) {
			this.announced = true;
			this.node.announceClosed();
		}
		if (!this.leaksPassedOn) {
			this.leaksPassedOn = true;
			this.node.passLeaksOn();
		}
		this.node.leave();
	}

	/**
	 * Whether a call in flight has counted its block as gone, but not given its bytes
	 * back yet. They would show in the budget of a node that is closed.
	 */
	private boolean isSettling() {
		long own = this.node.budget.used();
		for (Node child : this.node.children.nodes()) {
			// those that outlive the tree
			own -= child.budget.used();
		}
		return own != 0 && ++this.settling < MAX_SETTLING;
	}

	private Outcome revokeAll() {
		Outcome outcome = Outcome.DONE;
		// this thread may come here before the one that closes the gates below
		for (Node child : this.node.children.closeGate()) {
			if (!child.outlivesTree) {
				outcome = outcome.and(child.ending.attempt());
			}
		}
		for (Lease lease : this.node.leases().open()) {
			outcome = outcome.and(tryRevoke(lease));
		}
		return outcome.and(this.node.gate.tryRevoke() ? Outcome.DONE : Outcome.HELD);
	}

	private Outcome tryRevoke(Lease lease) {
		Outcome outcome = lease.tryRevoke();
		if (outcome == Outcome.DONE) {
			// unless the thread that closed it has done that already
			this.node.leases().remove(lease);
		}
		return outcome;
	}

	/** Reports what was live when the node closed, and what stays so. Never throws. */
	private void reportLive() {
		long blocks = this.node.gate.drainedBlocks() + this.reclaimedBlocks;
		long bytes = this.node.gate.drainedBytes() + this.reclaimedBytes;
		if (blocks != 0 && !this.reported) {
			// counted once, whatever fails afterwards
			this.reported = true;
			if (!this.liveExpected) {
				this.node.leaked(blocks, bytes);
			}
			Faults.log(this.liveExpected ? Level.INFO : Level.WARNING,
					this.node + ": closed with " + blocks + " blocks (" + bytes + " bytes) still live", null);
		}
		for (Node child : this.node.children.nodes()) {
			long live = child.budget.used();
			if (live != 0) {
				Faults.log(Level.INFO, child + ": " + live + " bytes are still live and stay so", null);
			}
		}
	}

}
