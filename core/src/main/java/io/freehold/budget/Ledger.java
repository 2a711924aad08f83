package io.freehold.budget;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The books of one allocator: reserves the bytes of its blocks in its account, and counts
 * its blocks. A block that is freed leaves its bytes reserved for a while, so that the
 * next one costs no more than a look into the book.
 *
 * <p>
 * Safe for use by any number of threads. What is retained shows nowhere: not in
 * {@link Budget#used()}, and not in what is refused.
 */
public final class Ledger {

	/*
	 * Credit, and why it cheats nobody.
	 *
	 * Bytes of a freed block are not released up the tree but retained, as credit of the
	 * account the block was taken through; the next block takes from the credit. So the
	 * word of an account holds the bytes used, the bytes retained at and below it, and
	 * those on their way. Only what was freed is retained, never more is reserved than
	 * was asked for: the word has passed the limits at every level, and whatever uses
	 * credit stays below the word.
	 *
	 * Credit lies in stripes, with the counters. A stripe is taken by one compare-and-set
	 * and given back by a store: that is the whole price of a block on its way out, and
	 * the same again on its way back, at any depth. There is one stripe until threads
	 * meet in it. A block takes its bytes from one stripe, or reserves all of them: bytes
	 * are never out of every book while somebody tries to find the rest.
	 *
	 * Before a level refuses, no credit may be left below it, and none may come back
	 * while it decides. A look at one stripe after the other does not show that: bytes
	 * are taken from a stripe not visited yet and return to one that was. Therefore a
	 * ledger retains nothing unless it is listed with its account, the account with its
	 * parent, and so on to the root; and lists change under one lock for the whole tree.
	 * Whoever holds it strikes the ledgers of a subtree off, one by one, and takes the
	 * credit of each. He may find less than there was, but what he misses is in use: a
	 * ledger that was struck off passes on what is freed, and cannot be listed again
	 * while he holds the lock. When he is through, the word of the level is what is used,
	 * and stays so until he has decided. Who wants to list a ledger never waits for the
	 * lock; he releases as if there were no ledgers. Hence whoever is refused strikes off
	 * only what was listed since the last refusal: each list entry is paid for by a block
	 * freed.
	 *
	 * Each account tells by one number whether there is credit at or below it, odd if
	 * there may be. If it is even and the same before and after a look at the word, the
	 * word is what is used, and nobody needs the lock.
	 *
	 * A limit that is lowered below the word makes a recall, under the same lock. While
	 * an account has more reserved than its limit, which only a lowered limit brings
	 * about, nothing is listed below it: credit would be a way around the limit.
	 *
	 * Order of locks: that of the tree, then a stripe. Who holds a stripe waits for
	 * nothing but, in a count of all, for the next stripes; who holds the lock of the
	 * tree waits for stripes only; who is undecided at some level may wait for the lock
	 * of the tree, and nobody who holds it waits for the undecided.
	 */

	/** Most that a stripe retains, in bytes. */
	static final long MAX_CREDIT = 64 << 10;

	/** Beside the first, a power of two. */
	private static final int MAX_STRIPES = Integer
		.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors() * 2L - 1, 2, 64));

	private static final int COLLISIONS_BEFORE_GROWTH = 8;

	/** Spreads ids that follow each other (2^32 divided by the golden ratio). */
	private static final long SPREAD = 0x9e3779b9L;

	private final BudgetAccount account;

	/**
	 * The first one, and a power of two of others once threads have met; from then on the
	 * first is for those who find the others taken. Replaced by a longer array with the
	 * same beginning, under this object's monitor.
	 */
	private volatile Stripe[] stripes = { new Stripe() };

	/** Whether freed bytes may be retained. Written under the lock of the tree. */
	private volatile boolean listed;

	/** Whether nothing will be retained any more. Guarded by the lock of the tree. */
	private boolean closed;

	/** Roughly, for it is raised without a lock. */
	private int collisions;

	/**
	 * Creates the ledger of an account, its only one.
	 * @param account the account
	 */
	public Ledger(BudgetAccount account) {
		this.account = account;
	}

	/**
	 * Reserves the bytes of a block and counts it as allocated, before it is. Ends with
	 * {@link #deallocated}, or {@link #cancelled} if there came to be no block.
	 * @param bytes the size of the block, zero or more
	 * @return null if they are reserved; else the account, that of this ledger or an
	 * ancestor, that has no room for them, and nothing has changed
	 */
	public @Nullable BudgetAccount tryAllocate(long bytes) {
		Stripe stripe = lock();
		boolean taken = stripe.take(bytes);
		if (taken) {
			stripe.allocated(bytes);
		}
		stripe.unlock();
		return taken ? null : allocateWithoutCredit(bytes);
	}

	private @Nullable BudgetAccount allocateWithoutCredit(long bytes) {
		BudgetAccount refuser = tryReserve(bytes);
		if (refuser == null) {
			Stripe stripe = lock();
			stripe.allocated(bytes);
			stripe.unlock();
		}
		return refuser;
	}

	/**
	 * Reserves the bytes of a block by way of a descendant of the account, and counts it
	 * as allocated, as {@link #tryAllocate(long)} does.
	 * @param bytes the size of the block, zero or more
	 * @param through the account, or a descendant of it without a ledger
	 * @return null if they are reserved; else the account that has no room for them
	 */
	public @Nullable BudgetAccount tryAllocate(long bytes, BudgetAccount through) {
		if (through == this.account) {
			return tryAllocate(bytes);
		}
		BudgetAccount refuser = through.tryReserve(bytes);
		if (refuser == null) {
			Stripe stripe = lock();
			stripe.allocated(bytes);
			stripe.unlock();
		}
		return refuser;
	}

	/**
	 * Undoes {@link #tryAllocate}: there is no block.
	 * @param bytes the size the block would have had
	 * @param through the account they were reserved through
	 */
	public void cancelled(long bytes, BudgetAccount through) {
		boolean own = through == this.account;
		Stripe stripe = lock();
		stripe.cancelled(bytes);
		boolean retained = own && this.listed && stripe.retain(bytes);
		stripe.unlock();
		if (!retained) {
			giveBack(bytes, through);
		}
	}

	/**
	 * Counts a block as freed and gives its bytes back.
	 * @param bytes the size of the block
	 * @param through the account they were reserved through
	 */
	public void deallocated(long bytes, BudgetAccount through) {
		boolean own = through == this.account;
		Stripe stripe = lock();
		stripe.deallocated(bytes);
		boolean retained = own && this.listed && stripe.retain(bytes);
		stripe.unlock();
		if (!retained) {
			giveBack(bytes, through);
		}
	}

	/**
	 * Reserves the bytes by which a block is to grow. Ends with {@link #reallocated} or
	 * {@link #release}.
	 * @param bytes how many, zero or more
	 * @return null if they are reserved; else the account that has no room for them
	 */
	public @Nullable BudgetAccount tryReserve(long bytes) {
		for (Stripe stripe : this.stripes) {
			if (stripe.credit() >= bytes && stripe.tryLock()) {
				boolean taken = stripe.take(bytes);
				stripe.unlock();
				if (taken) {
					return null;
				}
			}
		}
		return this.account.tryReserve(bytes);
	}

	/**
	 * Gives back bytes that were reserved for a growth that did not come about.
	 * @param bytes how many
	 */
	public void release(long bytes) {
		giveBack(bytes, this.account);
	}

	/**
	 * Counts a block as resized. The bytes it has gained have been reserved, those it has
	 * lost are given back.
	 * @param oldBytes its size before
	 * @param newBytes its size now
	 */
	public void reallocated(long oldBytes, long newBytes) {
		long lost = Math.max(0, oldBytes - newBytes);
		Stripe stripe = lock();
		stripe.reallocated(Math.max(0, newBytes - oldBytes), lost);
		boolean retained = this.listed && stripe.retain(lost);
		stripe.unlock();
		if (!retained) {
			giveBack(lost, this.account);
		}
	}

	private void giveBack(long bytes, BudgetAccount through) {
		if (bytes != 0 && !(through == this.account && tryRetain(bytes))) {
			through.release(bytes);
		}
	}

	private boolean tryRetain(long bytes) {
		if (bytes > MAX_CREDIT || !(this.listed || this.account.tryList(this))) {
			return false;
		}
		Stripe stripe = lock();
		boolean retained = this.listed && stripe.retain(bytes);
		stripe.unlock();
		return retained;
	}

	/** Returns a stripe that this thread has locked. */
	private Stripe lock() {
		Stripe[] stripes = this.stripes;
		Stripe stripe = stripes[(stripes.length == 1) ? 0 : index(stripes.length)];
		return stripe.tryLock() ? stripe : lockAny();
	}

	/** Returns where in an array of more than one stripe this thread looks first. */
	private static int index(int length) {
		long spread = (Thread.currentThread().threadId() * SPREAD) & 0xffffffffL;
		return 1 + (int) ((spread * (length - 1)) >>> Integer.SIZE);
	}

	private Stripe lockAny() {
		if (++this.collisions % COLLISIONS_BEFORE_GROWTH == 0) {
			grow();
		}
		for (int spins = 1;; spins++) {
			for (Stripe stripe : this.stripes) {
				if (stripe.tryLock()) {
					return stripe;
				}
			}
			Stripe.pause(spins);
		}
	}

	/** Doubles the number of stripes beside the first, if there may be more. */
	private synchronized void grow() {
		Stripe[] stripes = this.stripes;
		int length = 2 * Math.max(1, stripes.length - 1) + 1;
		if (length > MAX_STRIPES + 1) {
			return;
		}
		try {
			Stripe[] more = Arrays.copyOf(stripes, length);
			for (int i = stripes.length; i < length; i++) {
				more[i] = new Stripe.Padded();
			}
			this.stripes = more;
		}
		catch (OutOfMemoryError ex) {
			// it goes on with those there are
		}
	}

	/**
	 * Returns how many blocks are counted as allocated, and neither as deallocated nor as
	 * cancelled: exactly, at one instant during the call. What is allocated by a thread
	 * that is not in it yet comes after whatever the caller has written before the call.
	 * @return blocks
	 */
	public long liveBlocks() {
		while (true) {
			Stripe[] stripes = this.stripes;
			long blocks = 0;
			for (Stripe stripe : stripes) {
				stripe.lock();
				blocks += stripe.liveBlocks();
			}
			boolean all = this.stripes == stripes;
			for (Stripe stripe : stripes) {
				stripe.unlock();
			}
			if (all) {
				return blocks;
			}
		}
	}

	/**
	 * Returns what was counted: exactly, if nothing is counted meanwhile.
	 * @return the counts
	 */
	public Counts counts() {
		Stripe[] stripes = this.stripes;
		Counts counts = new Counts(0, 0, 0, 0, 0);
		for (Stripe stripe : stripes) {
			counts = counts.plus(stripe.ends());
		}
		// some may be newer than what has ended
		for (Stripe stripe : this.stripes) {
			counts = counts.plus(stripe.begins());
		}
		return counts;
	}

	/** Releases what is retained, and from then on everything at once. */
	public void close() {
		this.account.close(this);
	}

	/**
	 * Lists this ledger if that is allowed. Needs the lock of the tree, like those below.
	 */
	boolean enter(Roll roll) {
		if (!this.closed && !this.listed) {
			roll.enter(this);
			// only now that all ancestors can tell
			this.listed = true;
		}
		return this.listed;
	}

	/** Gives up all credit, and retains nothing until it is listed again. */
	long surrender() {
		this.listed = false;
		long sum = 0;
		for (Stripe stripe : this.stripes) {
			stripe.lock();
			sum += stripe.surrender();
			stripe.unlock();
		}
		return sum;
	}

	void retainNoMore() {
		this.closed = true;
	}

	boolean isListed() {
		return this.listed;
	}

	/** Returns how much is retained, by and large. */
	long credit() {
		long sum = 0;
		for (Stripe stripe : this.stripes) {
			sum += stripe.credit();
		}
		return sum;
	}

	/**
	 * Whether the account, its ancestors and what is retained agree with each other.
	 * Expects that nothing is being reserved or given back.
	 * @return whether they do
	 */
	public boolean isValid() {
		return this.account.isValid();
	}

	@Override
	public String toString() {
		return this.account + ", " + credit() + " bytes retained";
	}

	/**
	 * What a ledger has counted.
	 *
	 * @param allocations blocks allocated, those included that are just being allocated
	 * @param deallocations blocks freed
	 * @param reallocations blocks resized
	 * @param allocatedBytes bytes of the allocated blocks, and those they have gained
	 * @param deallocatedBytes bytes of the freed blocks, and those others have lost
	 */
	public record Counts(long allocations, long deallocations, long reallocations, long allocatedBytes,
			long deallocatedBytes) {

		Counts plus(Counts other) {
			return new Counts(this.allocations + other.allocations, this.deallocations + other.deallocations,
					this.reallocations + other.reallocations, this.allocatedBytes + other.allocatedBytes,
					this.deallocatedBytes + other.deallocatedBytes);
		}

	}

}
