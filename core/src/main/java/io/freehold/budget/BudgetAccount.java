package io.freehold.budget;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

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
	 * is short, since whoever is undecided is on its way up and blocks on nothing, and
	 * cannot be circular, since one undecided at a level waits only at levels nearer to
	 * the root.
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

	/** More than any 48-bit address space holds. */
	private static final int RESERVED_BITS = 48;

	private static final long MAX_RESERVED = (1L << RESERVED_BITS) - 1;

	private static final long UNDECIDED = 1L << RESERVED_BITS;

	private static final int UNDECIDED_BITS = 12;

	private static final int MAX_UNDECIDED = (1 << UNDECIDED_BITS) - 1;

	/** What a claim comes to beside the bytes reserved then. */
	private static final long REFUSED = -1;

	private static final long UNCERTAIN = -2;

	/** In the uppermost bits, where it wraps around by itself. */
	private static final long GENERATION = UNDECIDED << UNDECIDED_BITS;

	/** The part of a peak by which it may be missed, and the most in bytes. */
	private static final int PEAK_SLACK_SHIFT = 4;

	private static final long MAX_PEAK_SLACK = 64 << 10;

	final @Nullable BudgetAccount parent;

	/** One for the whole tree: held to change limits, and who may retain credit. */
	private final ReentrantLock tree;

	private final long softLimit;

	private final Runnable onSoftLimit;

	/**
	 * Bytes reserved in the lower bits, undecided reservations above, then the generation
	 * of the limit. Compare-and-set.
	 */
	private final AtomicLong word = new AtomicLong();

	/** Raised by compare-and-set, when nothing is undecided. */
	private final AtomicLong peak = new AtomicLong();

	/** Set once, by compare-and-set, by whoever reports. */
	private final AtomicBoolean softLimitReported = new AtomicBoolean();

	/** Written under the lock of the tree. */
	private volatile long limit;

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
		this.tree = (parent != null) ? parent.tree : new ReentrantLock();
		this.limit = requireLimit("limit", limit);
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
		this(parent, limit, UNLIMITED, () -> {
		});
	}

	/**
	 * Reserves bytes here and at every ancestor, or nowhere.
	 * @param bytes how many, zero or more
	 * @return null if they are reserved; else the account, this or an ancestor, that has
	 * no room for them
	 */
	public @Nullable BudgetAccount tryReserve(long bytes) {
		if (bytes == 0) {
			// fits even where more is used than a lowered limit allows
			return null;
		}
		BudgetAccount refuser = tryClaim(bytes);
		settlePeaks();
		if (refuser == null) {
			// only now that nobody waits: who is told may take long, or reserve
			reportSoftLimits(bytes);
		}
		return refuser;
	}

	private @Nullable BudgetAccount tryClaim(long bytes) {
		int mark = mark();
		BudgetAccount above = this.parent;
		if (above == null) {
			long reserved = claim(bytes, bytes);
			if (reserved < 0) {
				return this;
			}
			raisePeak(reserved, mark);
			return null;
		}
		long claim = bytes + UNDECIDED;
		if (claim(bytes, claim) < 0) {
			return this;
		}
		BudgetAccount refuser = above.tryClaim(bytes);
		long word = this.word.addAndGet((refuser != null) ? -claim : -UNDECIDED);
		// bytes that may still be refused are no peak; whoever decides last raises it
		if (undecided(word) == 0) {
			raisePeak(word & MAX_RESERVED, mark);
		}
		return refuser;
	}

	private static long undecided(long word) {
		return (word >>> RESERVED_BITS) & MAX_UNDECIDED;
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
			this.peak.accumulateAndGet(reserved, Math::max);
		}
	}

	private void settlePeaks() {
		for (BudgetAccount account = this; account != null; account = account.parent) {
			int mark = account.mark();
			long word = account.word.get();
			long peak = account.peak.get();
			long reserved = word & MAX_RESERVED;
			// else there are some who decide later, and come here too
			if (reserved > peak && undecided(word) == 0) {
				if (Roll.isOdd(mark)) {
					account.settlePeak(account == this, Math.min(peak >> PEAK_SLACK_SHIFT, MAX_PEAK_SLACK));
				}
				else {
					account.raisePeak(reserved, mark);
				}
			}
		}
	}

	/** Recalls credit as far as it makes the peak uncertain by more than a slack. */
	private void settlePeak(boolean own, long slack) {
		this.tree.lock();
		try {
			Roll roll = this.roll;
			if (roll != null && own) {
				roll.recallOwn();
			}
			long peak = this.peak.get();
			long reserved = this.word.get() & MAX_RESERVED;
			if (roll != null && (reserved > peak + slack || (reserved >= this.softLimit && peak < this.softLimit))) {
				roll.recall();
			}
			int mark = mark();
			long word = this.word.get();
			if (undecided(word) == 0) {
				raisePeak(word & MAX_RESERVED, mark);
			}
		}
		finally {
			this.tree.unlock();
		}
	}

	private void reportSoftLimits(long bytes) {
		try {
			for (BudgetAccount account = this; account != null; account = account.parent) {
				if (account.softLimit != UNLIMITED && account.peak.get() >= account.softLimit
						&& account.softLimitReported.compareAndSet(false, true)) {
					account.onSoftLimit.run();
				}
			}
		}
		catch (RuntimeException | Error ex) {
			release(bytes);
			throw ex;
		}
	}

	/**
	 * Gives back bytes that were reserved through this account.
	 * @param bytes how many
	 */
	public void release(long bytes) {
		for (BudgetAccount account = this; account != null; account = account.parent) {
			account.word.getAndAdd(-bytes);
		}
	}

	/** Subtracts bytes from this account alone. */
	void releaseHere(long bytes) {
		this.word.getAndAdd(-bytes);
	}

	/** Returns the bytes reserved after the claim, or -1 if they do not fit. */
	private long claim(long bytes, long claim) {
		for (int spins = 1; bytes <= Math.min(this.limit, MAX_RESERVED); spins++) {
			int mark = mark();
			long reserved = attempt(bytes, claim);
			if (reserved == REFUSED && !nothingRetained(mark)) {
				reserved = attemptAfterRecall(bytes, claim);
			}
			if (reserved != UNCERTAIN) {
				return reserved;
			}
			Stripe.pause(spins);
		}
		return REFUSED;
	}

	private long attempt(long bytes, long claim) {
		long word = this.word.get();
		long limit = this.limit;
		long reserved = word & MAX_RESERVED;
		long undecided = undecided(word);
		if (bytes > Math.min(limit, MAX_RESERVED) - reserved) {
			return (undecided == 0 && this.word.get() == word) ? REFUSED : UNCERTAIN;
		}
		return (undecided < MAX_UNDECIDED && this.word.compareAndSet(word, word + claim)) ? reserved + bytes
				: UNCERTAIN;
	}

	private long attemptAfterRecall(long bytes, long claim) {
		this.tree.lock();
		try {
			Roll roll = this.roll;
			if (roll != null) {
				roll.recall();
			}
			// and nothing can be retained until the lock is given back
			return attempt(bytes, claim);
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
			if ((account.word.get() & MAX_RESERVED) > account.limit) {
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
		return this.limit;
	}

	@Override
	public void setLimit(long bytes) {
		requireLimit("limit", bytes);
		this.tree.lock();
		try {
			this.limit = bytes;
			long word = this.word.getAndAdd(GENERATION);
			Roll roll = this.roll;
			if (roll != null && (word & MAX_RESERVED) > bytes) {
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
		Roll roll = this.roll;
		if (roll == null || !Roll.isOdd(roll.mark())) {
			return this.word.get() & MAX_RESERVED;
		}
		this.tree.lock();
		try {
			long credit = roll.credit();
			return Math.max(0, (this.word.get() & MAX_RESERVED) - credit);
		}
		finally {
			this.tree.unlock();
		}
	}

	@Override
	public long peak() {
		if (Roll.isOdd(mark()) && (this.word.get() & MAX_RESERVED) > this.peak.get()) {
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
		return view(() -> {
		});
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

	/** Expects that nothing is being reserved; releasing too much shows as undecided. */
	boolean isValid() {
		this.tree.lock();
		try {
			Roll roll = this.roll;
			boolean valid = undecided(this.word.get()) == 0 && (roll == null || roll.isValid());
			return valid && (this.parent == null || this.parent.isValid());
		}
		finally {
			this.tree.unlock();
		}
	}

	@Override
	public String toString() {
		return "used " + used() + " of " + ((this.limit == UNLIMITED) ? "unlimited" : this.limit + " bytes");
	}

	private static long requireLimit(String name, long bytes) {
		if (bytes < 0) {
			throw new IllegalArgumentException(name + " must not be negative: " + bytes);
		}
		return bytes;
	}

}
