package io.freehold.managed;

import java.lang.System.Logger.Level;
import java.util.List;

import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.StackSpace;

import org.jspecify.annotations.Nullable;

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

	/** How what is still live is logged. Expected, unless as a warning. */
	final Level liveLevel;

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

	/**
	 * What was live here and below and is not logged yet, null if nothing. Guarded by the
	 * lock.
	 */
	private @Nullable Remains remains;

	Ending(Node node, Level liveLevel) {
		this.node = node;
		this.liveLevel = liveLevel;
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
			Outcome outcome = tryEnd();
			if (outcome != Outcome.BUSY || isPending()) {
				// a short wait is followed by another attempt
				logRemains();
			}
			return outcome;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Outcome tryEnd() {
		Outcome outcome = revokeAll();
		if (outcome != Outcome.DONE) {
			return outcome;
		}
		List<Node> surviving = this.node.children.nodes();
		if (!this.node.gate.drain() || isSettling(surviving)) {
			return Outcome.BUSY;
		}
		this.node.gate.ledger.close();
		reportLive(surviving);
		// before another thread that closes too sees it ended
		leave();
		this.ended = true;
		this.node.retire();
		return Outcome.DONE;
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
	private boolean isSettling(List<Node> surviving) {
		long own = this.node.budget.used();
		for (Node child : surviving) {
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
	private void reportLive(List<Node> surviving) {
		long blocks = this.node.gate.drainedBlocks() + this.reclaimedBlocks;
		long bytes = this.node.gate.drainedBytes() + this.reclaimedBytes;
		if (blocks != 0 && !this.reported) {
			// counted once, whatever fails afterwards
			this.reported = true;
			if (this.liveLevel == Level.WARNING) {
				this.node.leaked(blocks, bytes);
			}
			reported(blocks, bytes);
		}
		for (Node child : surviving) {
			long live = child.budget.used();
			if (live != 0) {
				Faults.log(Level.INFO, child + ": " + live + " bytes are still live and stay so", null);
			}
		}
	}

	/** Leaves it to the uppermost node that this thread ends to log what was live. */
	private void reported(long blocks, long bytes) {
		Ending top = this;
		for (Node above = this.node.parent; above != null
				&& above.ending.lock.isHeldByCurrentThread(); above = above.parent) {
			top = above.ending;
		}
		try {
			if (top.remains == null) {
				top.remains = new Remains(top.node);
			}
			top.remains.add(this.node, blocks, bytes);
		}
		catch (OutOfMemoryError ex) {
			Remains.log(this.node, blocks, bytes);
		}
	}

	/** Logs what was live here and below. Throws nothing. */
	private void logRemains() {
		Remains remains = this.remains;
		if (remains != null) {
			// logged once, whatever fails
			this.remains = null;
			remains.log();
		}
	}

}
