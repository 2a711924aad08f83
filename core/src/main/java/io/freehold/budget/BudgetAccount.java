package io.freehold.budget;

import java.util.concurrent.atomic.AtomicBoolean;

import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.StackSpace;
import io.freehold.internal.sync.Wait;
import io.freehold.internal.sync.WaitTooLongException;

import org.jspecify.annotations.Nullable;

/**
 * A node in a tree of budgets: bytes reserved here are reserved at every ancestor too, or
 * nowhere.
 */
public final class BudgetAccount implements Budget {

	/*
	 * How a refusal stays truthful.
	 *
	 * A reservation goes from the leaf to the root, one compare-and-set per level. If an
	 * ancestor refuses, the levels below take the bytes back; meanwhile those bytes,
	 * which nobody will ever use, might make a level refuse somebody else. So a
	 * reservation that an ancestor may still refuse is marked as undecided in the upper
	 * bits of the same word that holds the bytes, and a level refuses only when no
	 * reservation is undecided there: until then the one who does not fit waits. Waiting
	 * is short, since whoever is undecided is on its way up, and cannot be circular,
	 * since one undecided at a level waits only at levels nearer to the root, or for the
	 * lock of the tree, under which nobody waits for the undecided.
	 *
	 * Levels without a limit are marked too, for any level may get one at any time. The
	 * root needs no mark: it decides.
	 *
	 * A limit that changes is a decision of the same kind. Changing it also changes the
	 * generation, the uppermost bits of the word: nothing is reserved and nothing refused
	 * by a limit and a word that did not hold at the same moment.
	 *
	 * The word also holds what ledgers retain, here and below, see there. It is recalled
	 * before anything is refused. It is recalled too when the word rises above the peak,
	 * for only then can use be at a peak; at once by whoever reserves through this very
	 * account, else when the peak would be missed by more than is documented, or a soft
	 * limit.
	 */

	final @Nullable BudgetAccount parent;

	/** One for the whole tree: held to change limits, and who may retain credit. */
	final PolledLock tree;

	private final long softLimit;

	private final Runnable onSoftLimit;

	final Word word;

	private final Peak peak = new Peak();

	/** Set once, by compare-and-set, by whoever reports. */
	private final AtomicBoolean softLimitReported = new AtomicBoolean();

	/**
	 * Set once under the lock of the tree, when credit is first retained here or below.
	 */
	volatile @Nullable Roll roll;

	/**
	 * Creates an account.
	 * @param parent the account of which this one's bytes are a part, null for a root
	 * @param limit the limit in bytes, {@link #UNLIMITED} for none
	 * @param softLimit the soft limit in bytes, {@link #UNLIMITED} for none
	 * @param onSoftLimit run once, by the thread whose reservation first reaches the soft
	 * limit
	 * @throws IllegalArgumentException if a limit is negative
	 */
	public BudgetAccount(@Nullable BudgetAccount parent, long limit, long softLimit, Runnable onSoftLimit) {
		this.parent = parent;
		this.tree = (parent != null) ? parent.tree : new PolledLock();
		this.word = new Word(requireLimit("limit", limit));
		this.softLimit = requireLimit("softLimit", softLimit);
		this.onSoftLimit = onSoftLimit;
	}

	/**
	 * Creates an account without a soft limit.
	 * @param parent the account of which this one's bytes are a part, null for a root
	 * @param limit the limit in bytes, {@link #UNLIMITED} for none
	 * @throws IllegalArgumentException if the limit is negative
	 */
	public BudgetAccount(@Nullable BudgetAccount parent, long limit) {
		this(parent, limit, UNLIMITED, Nothing.INSTANCE);
	}

	/**
	 * Reserves bytes here and at every ancestor, or nowhere.
	 * @param bytes how many, zero or more
	 * @return null if they are reserved; else the account, this or an ancestor, that has
	 * no room for them
	 * @throws WaitTooLongException if other threads have not decided for 30 seconds what
	 * they reserve; nothing has changed
	 */
	public @Nullable BudgetAccount tryReserve(long bytes) {
		if (bytes == 0) {
			// fits even where more is used than a lowered limit allows
			return null;
		}
		BudgetAccount refuser = tryClaim(bytes);
		try {
			settlePeaks();
			if (refuser == null) {
				// only now that no thread waits: the report may take long, or reserve
				reportSoftLimits();
			}
		}
		catch (Throwable ex) {
			if (refuser == null) {
				release(bytes);
			}
			throw ex;
		}
		return refuser;
	}

	/**
	 * Claims bytes here and at every ancestor, or nowhere: level by level up to the root,
	 * which decides, and then again to settle what was decided.
	 */
	private @Nullable BudgetAccount tryClaim(long bytes) {
		BudgetAccount refuser = this;
		try {
			long reserved = 0;
			while (refuser != null) {
				int mark = refuser.mark();
				reserved = refuser.claim(bytes, refuser.parent != null);
				if (reserved < 0) {
					break;
				}
				if (refuser.parent == null) {
					refuser.raisePeak(reserved, mark);
				}
				refuser = refuser.parent;
			}
		}
		catch (Throwable ex) {
			decideBelow(refuser, bytes, false);
			throw ex;
		}
		decideBelow(refuser, bytes, refuser == null);
		return refuser;
	}

	/** Settles the claim at the levels below one, or below all. */
	private void decideBelow(@Nullable BudgetAccount end, long bytes, boolean granted) {
		for (BudgetAccount account = this; account != end && account != null; account = account.parent) {
			if (account.parent != null) {
				int mark = account.mark();
				// bytes that may still be refused are no peak; the last decision raises
				// it
				account.raisePeak(account.word.decide(bytes, granted), mark);
			}
		}
	}

	/** Changes whenever credit begins or ceases to be retained; odd in between. */
	private int mark() {
		Roll roll = this.roll;
		return (roll != null) ? roll.mark() : 0;
	}

	/** Whether nothing has been retained here or below since the mark was read. */
	private boolean nothingRetained(int mark) {
		return !Roll.isOdd(mark) && mark() == mark;
	}

	/** Raises the peak if all that was reserved since the mark was read is in use. */
	private void raisePeak(long reserved, int mark) {
		if (reserved > this.peak.get() && nothingRetained(mark)) {
			this.peak.raise(reserved);
		}
	}

	private void settlePeaks() {
		for (BudgetAccount account = this; account != null; account = account.parent) {
			int mark = account.mark();
			// if some are undecided, they will come here too
			long reserved = account.word.decided();
			if (reserved > account.peak.get()) {
				if (Roll.isOdd(mark)) {
					boolean own = account == this && account.retains();
					if (own || account.isPeakUncertain(reserved, account.peak.slack())) {
						account.settlePeak(own, account.peak.slack());
					}
				}
				else {
					account.raisePeak(reserved, mark);
				}
			}
		}
	}

	/** Whether the ledger of this very account may retain credit. */
	private boolean retains() {
		Roll roll = this.roll;
		return roll != null && roll.retains();
	}

	/** Whether the peak may be missed by more than a slack, or a soft limit by it. */
	private boolean isPeakUncertain(long reserved, long slack) {
		long peak = this.peak.get();
		return reserved > peak + slack || (reserved >= this.softLimit && peak < this.softLimit);
	}

	/** Recalls credit as far as it makes the peak uncertain by more than a slack. */
	private void settlePeak(boolean own, long slack) {
		this.tree.lock();
		try {
			Roll roll = this.roll;
			if (roll != null && own) {
				roll.recallOwn();
			}
			if (roll != null && isPeakUncertain(this.word.reserved(), slack)) {
				roll.recall();
			}
			int mark = mark();
			raisePeak(this.word.decided(), mark);
		}
		finally {
			this.tree.unlock();
		}
	}

	private void reportSoftLimits() {
		for (BudgetAccount account = this; account != null; account = account.parent) {
			if (account.softLimit != UNLIMITED && account.peak.get() >= account.softLimit
					&& account.softLimitReported.compareAndSet(false, true)) {
				account.onSoftLimit.run();
			}
		}
	}

	/**
	 * Gives back bytes that were reserved through this account.
	 * @param bytes how many
	 */
	public void release(long bytes) {
		for (BudgetAccount account = this; account != null; account = account.parent) {
			account.word.release(bytes);
		}
	}

	/** Subtracts bytes from this account alone. */
	void releaseHere(long bytes) {
		this.word.release(bytes);
	}

	/** Returns the bytes reserved after the claim, or -1 if they do not fit. */
	private long claim(long bytes, boolean undecided) {
		Wait wait = null;
		while (bytes <= Math.min(this.word.limit(), Word.MAX_RESERVED)) {
			int mark = mark();
			long reserved = this.word.claim(bytes, undecided);
			if (reserved == Word.REFUSED && !nothingRetained(mark)) {
				reserved = claimAfterRecall(bytes, undecided);
			}
			if (reserved != Word.UNCERTAIN) {
				return reserved;
			}
			if (wait == null) {
				wait = new Wait("a budget", "reservations that other threads have not decided");
			}
			if (!wait.pause()) {
				throw new WaitTooLongException(wait);
			}
		}
		return Word.REFUSED;
	}

	private long claimAfterRecall(long bytes, boolean undecided) {
		this.tree.lock();
		try {
			Roll roll = this.roll;
			if (roll != null) {
				roll.recall();
			}
			// and nothing can be retained until the lock is given back
			return this.word.claim(bytes, undecided);
		}
		finally {
			this.tree.unlock();
		}
	}

	/**
	 * Allows the ledger of this account to retain credit, unless somebody has just a
	 * reason to forbid it.
	 * @return whether it is allowed
	 */
	boolean tryList(Ledger ledger) {
		if (!this.tree.tryLock()) {
			return false;
		}
		try {
			return !isAboveLimit() && ledger.enter(openRoll());
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap for a roll
			return false;
		}
		finally {
			this.tree.unlock();
		}
	}

	private boolean isAboveLimit() {
		for (BudgetAccount account = this; account != null; account = account.parent) {
			if (account.word.isAboveLimit()) {
				return true;
			}
		}
		return false;
	}

	private Roll openRoll() {
		Roll roll = this.roll;
		if (roll == null) {
			if (this.parent != null) {
				this.parent.openRoll();
			}
			roll = new Roll(this);
			this.roll = roll;
		}
		return roll;
	}

	void close(Ledger ledger) {
		this.tree.lock();
		try {
			ledger.retainNoMore();
			Roll roll = this.roll;
			if (roll != null) {
				roll.recallOwn();
			}
		}
		finally {
			this.tree.unlock();
		}
	}

	@Override
	public long limit() {
		return this.word.limit();
	}

	@Override
	public void setLimit(long bytes) {
		requireLimit("limit", bytes);
		StackSpace.forBackend();
		this.tree.lock();
		try {
			this.word.setLimit(bytes);
			Roll roll = this.roll;
			if (roll != null && this.word.isAboveLimit()) {
				// or else it could be used to get around the limit
				roll.recall();
			}
		}
		finally {
			this.tree.unlock();
		}
	}

	@Override
	public long softLimit() {
		return this.softLimit;
	}

	@Override
	public long used() {
		return used(false);
	}

	/**
	 * Returns what {@link #used()} does, at a cost that does not grow with the number of
	 * descendants: where many of them retain credit, how much that is was found out up to
	 * a tenth of a second ago.
	 * @return bytes
	 */
	public long recentlyUsed() {
		return used(true);
	}

	private long used(boolean recently) {
		Roll roll = this.roll;
		if (roll == null || !Roll.isOdd(roll.mark())) {
			return this.word.reserved();
		}
		StackSpace.forBackend();
		this.tree.lock();
		try {
			long credit = recently ? roll.recentCredit() : roll.credit();
			return Math.max(0, this.word.reserved() - credit);
		}
		finally {
			this.tree.unlock();
		}
	}

	/**
	 * Returns the bytes in use, and those that are retained for blocks to come, by the
	 * account and its descendants.
	 * @return bytes
	 */
	public long reserved() {
		return this.word.reserved();
	}

	@Override
	public long peak() {
		if (Roll.isOdd(mark()) && this.word.reserved() > this.peak.get()) {
			StackSpace.forBackend();
			settlePeak(true, 0);
		}
		return this.peak.get();
	}

	/**
	 * Returns a view that shows this account and can change its limit, but cannot reserve
	 * or release.
	 * @return the view
	 */
	public Budget view() {
		return view(Nothing.INSTANCE);
	}

	/**
	 * Returns a view that shows this account and can change its limit, but cannot reserve
	 * or release.
	 * @param onLimitChange run after each change of the limit through the view
	 * @return the view
	 */
	public Budget view(Runnable onLimitChange) {
		return new BudgetView(this, onLimitChange);
	}

	/** Expects that nothing is being reserved. */
	boolean isValid() {
		this.tree.lock();
		try {
			Roll roll = this.roll;
			boolean valid = this.word.decided() >= 0 && !this.word.hasUnderflown() && (roll == null || roll.isValid());
			return valid && (this.parent == null || this.parent.isValid());
		}
		finally {
			this.tree.unlock();
		}
	}

	@Override
	public String toString() {
		return "used " + used() + " of " + ((limit() == UNLIMITED) ? "unlimited" : limit() + " bytes");
	}

	/** What is run where nothing is to be run. */
	private enum Nothing implements Runnable {

		INSTANCE;

		@Override
		public void run() {
			// a level without a soft limit
		}

	}

	private static long requireLimit(String name, long bytes) {
		if (bytes < 0) {
			throw new IllegalArgumentException(name + " must not be negative: " + bytes);
		}
		return bytes;
	}

}
