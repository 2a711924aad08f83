package io.freehold.budget;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The place of an account among those that retain credit, or have a descendant that does.
 * Made when an account first gets there. Guarded by the lock of the tree, except
 * {@link #mark}.
 */
final class Roll {

	/** Places at which to look for credit that are few enough to look each time. */
	private static final int FEW = 64;

	private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final BudgetAccount account;

	/**
	 * Odd while credit may be retained here or below, changed whenever that changes.
	 * Written under the lock of the tree: before anything is retained, and after all of
	 * it has been released. Read by anyone.
	 */
	private volatile int mark;

	/**
	 * The ledger of the account, while it may retain credit. Written under the lock of
	 * the tree.
	 */
	private volatile @Nullable Ledger ledger;

	/** What is retained here and below, when it was last added up for a message. */
	private long lastCredit;

	/** How many places were looked at for that. */
	private int lastPlaces;

	/** When that was, in nanoseconds. */
	private long lastTime;

	/** What was released below and is to be released here, during a recall. */
	private long collected;

	/** The first of the children whose marks are odd. */
	private @Nullable Roll first;

	/** Siblings, while the mark is odd. */
	private @Nullable Roll next;

	private @Nullable Roll previous;

	Roll(BudgetAccount account) {
		this.account = account;
	}

	int mark() {
		return this.mark;
	}

	static boolean isOdd(int mark) {
		return (mark & 1) != 0;
	}

	private boolean isListed() {
		return isOdd(this.mark);
	}

	@SuppressWarnings("NonAtomicVolatileUpdate") // only under the lock
	private void turn() {
		this.mark++;
	}

	private @Nullable Roll above() {
		return (this.account.parent != null) ? this.account.parent.roll : null;
	}

	/** Whether the ledger of the account may retain credit. Needs no lock. */
	boolean retains() {
		return this.ledger != null;
	}

	/** Lists the ledger of the account. Its ancestors have rolls. */
	void enter(Ledger ledger) {
		this.ledger = ledger;
		Roll roll = this;
		while (roll != null && !roll.isListed()) {
			roll.turn();
			Roll above = roll.above();
			if (above != null) {
				above.link(roll);
			}
			roll = above;
		}
	}

	private void link(Roll child) {
		child.next = this.first;
		if (this.first != null) {
			this.first.previous = child;
		}
		this.first = child;
	}

	private void unlink(Roll child) {
		if (child.previous != null) {
			child.previous.next = child.next;
		}
		else {
			this.first = child.next;
		}
		if (child.next != null) {
			child.next.previous = child.previous;
		}
		child.next = null;
		child.previous = null;
	}

	/** Releases all credit that is retained here or below. */
	void recall() {
		if (isListed()) {
			Roll above = above();
			if (above != null) {
				above.unlink(this);
			}
			releaseAbove(collect(), true);
		}
	}

	/** Releases the credit that is retained here. */
	void recallOwn() {
		Ledger ledger = this.ledger;
		if (ledger == null) {
			return;
		}
		if (this.first == null) {
			recall();
			return;
		}
		long credit = ledger.surrender();
		this.ledger = null;
		this.account.releaseHere(credit);
		releaseAbove(credit, false);
	}

	/**
	 * Releases, from here down, what is retained, and returns how much it was. Goes to
	 * the bottom first and comes back up by way of the parents, without recursion: trees
	 * can be deep.
	 */
	private long collect() {
		Roll roll = this;
		while (true) {
			if (roll.first != null) {
				roll = roll.first;
				continue;
			}
			long sum = roll.collected;
			Ledger ledger = roll.ledger;
			if (ledger != null) {
				sum += ledger.surrender();
				roll.ledger = null;
			}
			roll.collected = 0;
			roll.account.releaseHere(sum);
			roll.turn();
			Roll above = roll.above();
			if (roll == this || above == null) {
				return sum;
			}
			above.unlink(roll);
			above.collected += sum;
			roll = above;
		}
	}

	private void releaseAbove(long bytes, boolean left) {
		boolean leaves = left;
		for (Roll roll = above(); roll != null; roll = roll.above()) {
			roll.account.releaseHere(bytes);
			leaves &= roll.ledger == null && roll.first == null;
			if (leaves) {
				Roll above = roll.above();
				if (above != null) {
					above.unlink(roll);
				}
				roll.turn();
			}
		}
	}

	/** Returns how much is retained here and below, approximately while it changes. */
	long credit() {
		Ledger ledger = this.ledger;
		long sum = (ledger != null) ? ledger.credit() : 0;
		int places = 1;
		for (Roll child = this.first; child != null; child = child.next) {
			sum += child.credit();
			places += child.lastPlaces;
		}
		this.lastPlaces = places;
		return sum;
	}

	/**
	 * Returns how much is retained here and below. Where that is a long way to look, it
	 * is what was found up to a tenth of a second ago.
	 */
	long recentCredit() {
		long now = System.nanoTime();
		if (this.lastPlaces <= FEW || now - this.lastTime > RECENT_NANOS) {
			this.lastCredit = credit();
			this.lastTime = now;
		}
		return this.lastCredit;
	}

	/** Whether marks, links and bytes agree, from here down. */
	boolean isValid() {
		Roll before = null;
		for (Roll child = this.first; child != null; child = child.next) {
			if (child.previous != before || child.above() != this || !child.isListed() || !child.isValid()) {
				return false;
			}
			before = child;
		}
		Ledger ledger = this.ledger;
		return isListed() == (ledger != null || this.first != null) && (ledger == null || ledger.isListed());
	}

}
