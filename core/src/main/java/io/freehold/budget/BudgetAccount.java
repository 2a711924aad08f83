package io.freehold.budget;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

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
	 */

	/** More than any 48-bit address space holds. */
	private static final int USED_BITS = 48;

	private static final long MAX_USED = (1L << USED_BITS) - 1;

	private static final long UNDECIDED = 1L << USED_BITS;

	private static final int UNDECIDED_BITS = 12;

	private static final int MAX_UNDECIDED = (1 << UNDECIDED_BITS) - 1;

	/** In the uppermost bits, where it wraps around by itself. */
	private static final long GENERATION = UNDECIDED << UNDECIDED_BITS;

	private static final int SPINS_BEFORE_YIELD = 64;

	private final @Nullable BudgetAccount parent;

	private final long softLimit;

	private final Runnable onSoftLimit;

	/**
	 * Bytes used in the lower bits, undecided reservations above, then the generation of
	 * the limit. Compare-and-set.
	 */
	private final AtomicLong word = new AtomicLong();

	/** Raised by compare-and-set, when nothing is undecided. */
	private final AtomicLong peak = new AtomicLong();

	/** Set once, by compare-and-set, by whoever reports. */
	private final AtomicBoolean softLimitReported = new AtomicBoolean();

	private volatile long limit;

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
		if (refuser == null) {
			// only now that nobody waits: who is told may take long, or reserve
			reportSoftLimits(bytes);
		}
		return refuser;
	}

	private @Nullable BudgetAccount tryClaim(long bytes) {
		BudgetAccount above = this.parent;
		if (above == null) {
			long used = claim(bytes, bytes);
			if (used < 0) {
				return this;
			}
			raisePeak(used);
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
			raisePeak(word & MAX_USED);
		}
		return refuser;
	}

	private static long undecided(long word) {
		return (word >>> USED_BITS) & MAX_UNDECIDED;
	}

	private void raisePeak(long used) {
		if (used > this.peak.get()) {
			this.peak.accumulateAndGet(used, Math::max);
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

	/** Returns the bytes used after the claim, or -1 if they do not fit. */
	@SuppressWarnings("ThreadPriorityCheck") // yields only to let the undecided decide
	private long claim(long bytes, long claim) {
		int spins = 0;
		while (true) {
			long word = this.word.get();
			long limit = this.limit;
			long used = word & MAX_USED;
			long undecided = undecided(word);
			if (bytes > Math.min(limit, MAX_USED) - used) {
				if (undecided == 0 && this.word.get() == word) {
					return -1;
				}
			}
			else if (undecided < MAX_UNDECIDED && this.word.compareAndSet(word, word + claim)) {
				return used + bytes;
			}
			if (++spins % SPINS_BEFORE_YIELD == 0) {
				Thread.yield();
			}
			else {
				Thread.onSpinWait();
			}
		}
	}

	@Override
	public long limit() {
		return this.limit;
	}

	@Override
	public void setLimit(long bytes) {
		this.limit = requireLimit("limit", bytes);
		this.word.getAndAdd(GENERATION);
	}

	@Override
	public long softLimit() {
		return this.softLimit;
	}

	@Override
	public long used() {
		return this.word.get() & MAX_USED;
	}

	@Override
	public long peak() {
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
		return new View(this, onLimitChange);
	}

	/** Expects that nothing is being reserved; releasing too much shows as undecided. */
	boolean isValid() {
		long undecided = (this.word.get() >>> USED_BITS) & MAX_UNDECIDED;
		return undecided == 0 && (this.parent == null || this.parent.isValid());
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

	private record View(BudgetAccount account, Runnable onLimitChange) implements Budget {

		@Override
		public long limit() {
			return this.account.limit();
		}

		@Override
		public void setLimit(long bytes) {
			this.account.setLimit(bytes);
			this.onLimitChange.run();
		}

		@Override
		public long softLimit() {
			return this.account.softLimit();
		}

		@Override
		public long used() {
			return this.account.used();
		}

		@Override
		public long peak() {
			return this.account.peak();
		}

		@Override
		public String toString() {
			return this.account.toString();
		}

	}

}
