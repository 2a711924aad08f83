package io.freehold.budget;

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

	/**
	 * Most that a stripe retains, in bytes. A larger block is counted as allocated when
	 * it is there, for which the stripe is taken once more; a smaller one when it is
	 * asked for, and the count is taken back if it is refused.
	 */
	static final long MAX_CREDIT = 64 << 10;

	private final BudgetAccount account;

	private final Stripes stripes = new Stripes();

	/** Whether freed bytes may be retained. Written under the lock of the tree. */
	private volatile boolean listed;

	/** Whether nothing will be retained any more. Guarded by the lock of the tree. */
	private boolean closed;

	/**
	 * Creates the ledger of an account, its only one.
	 * @param account the account
	 */
	public Ledger(BudgetAccount account) {
		this.account = account;
	}

	/**
	 * Reserves the bytes of a block and counts it as live, before it is. To be followed
	 * by {@link #allocated}, or {@link #cancelled} if there came to be no block.
	 * @param bytes the size of the block, zero or more
	 * @return null if they are reserved; else the account, that of this ledger or an
	 * ancestor, that has no room for them, and nothing has changed
	 */
	public @Nullable BudgetAccount tryAllocate(long bytes) {
		Stripe stripe = this.stripes.any();
		if (stripe.credit() >= bytes && stripe.tryLock()) {
			boolean taken = stripe.take(bytes);
			if (taken) {
				stripe.allocated(bytes);
			}
			stripe.unlock();
			if (taken) {
				return null;
			}
		}
		return count(bytes, tryReserve(bytes));
	}

	private @Nullable BudgetAccount count(long bytes, @Nullable BudgetAccount refuser) {
		if (refuser == null) {
			Stripe stripe = this.stripes.lock();
			if (bytes <= MAX_CREDIT) {
				stripe.allocated(bytes);
			}
			else {
				stripe.begun();
			}
			stripe.unlock();
		}
		return refuser;
	}

	/**
	 * Reserves the bytes of a block by way of a descendant of the account, and counts it
	 * as live, as {@link #tryAllocate(long)} does.
	 * @param bytes the size of the block, zero or more
	 * @param through the account, or a descendant of it without a ledger
	 * @return null if they are reserved; else the account that has no room for them
	 */
	public @Nullable BudgetAccount tryAllocate(long bytes, BudgetAccount through) {
		return (through == this.account) ? tryAllocate(bytes) : count(bytes, through.tryReserve(bytes));
	}

	/**
	 * Completes {@link #tryAllocate}: there is a block. Ends with {@link #deallocated}.
	 * @param bytes the size of the block
	 */
	public void allocated(long bytes) {
		if (bytes > MAX_CREDIT) {
			countLarge(bytes);
		}
	}

	private void countLarge(long bytes) {
		Stripe stripe = this.stripes.lock();
		stripe.ended();
		stripe.allocated(bytes);
		stripe.unlock();
	}

	/**
	 * Undoes {@link #tryAllocate}: there is no block.
	 * @param bytes the size the block would have had
	 * @param through the account they were reserved through
	 */
	public void cancelled(long bytes, BudgetAccount through) {
		boolean own = through == this.account;
		Stripe stripe = this.stripes.lock();
		if (bytes <= MAX_CREDIT) {
			stripe.cancelled(bytes);
		}
		else {
			stripe.ended();
		}
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
		Stripe stripe = this.stripes.lock();
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
		for (Stripe stripe : this.stripes.all()) {
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
	 * Reserves the bytes by which a block is to grow that was taken by way of a
	 * descendant of the account.
	 * @param bytes how many, zero or more
	 * @param through the account, or a descendant of it without a ledger
	 * @return null if they are reserved; else the account that has no room for them
	 */
	public @Nullable BudgetAccount tryReserve(long bytes, BudgetAccount through) {
		return (through == this.account) ? tryReserve(bytes) : through.tryReserve(bytes);
	}

	/**
	 * Gives back bytes that were reserved for a growth that did not come about.
	 * @param bytes how many
	 * @param through the account they were reserved through
	 */
	public void release(long bytes, BudgetAccount through) {
		giveBack(bytes, through);
	}

	/**
	 * Counts a block as resized. The bytes it has gained have been reserved, those it has
	 * lost are given back.
	 * @param oldBytes its size before
	 * @param newBytes its size now
	 * @param through the account they were reserved through
	 */
	public void reallocated(long oldBytes, long newBytes, BudgetAccount through) {
		long lost = Math.max(0, oldBytes - newBytes);
		Stripe stripe = this.stripes.lock();
		stripe.reallocated(Math.max(0, newBytes - oldBytes), lost);
		boolean retained = through == this.account && this.listed && stripe.retain(lost);
		stripe.unlock();
		if (!retained) {
			giveBack(lost, through);
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
		Stripe stripe = this.stripes.lock();
		boolean retained = this.listed && stripe.retain(bytes);
		stripe.unlock();
		return retained;
	}

	/**
	 * Returns how many blocks are live, those included that are just being allocated:
	 * exactly, at one instant during the call. What is allocated by a thread that is not
	 * in it yet comes after what the caller has written before the call.
	 * @return blocks, or -1 if that cannot be told because a thread has stopped in the
	 * middle of counting
	 */
	public long liveBlocks() {
		return this.stripes.liveBlocks();
	}

	/**
	 * Returns what was counted: exactly, if nothing is counted meanwhile. What has ended
	 * is never more than what was begun.
	 * @return the counts
	 */
	public Counts counts() {
		return this.stripes.counts();
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
		return this.stripes.surrender();
	}

	void retainNoMore() {
		this.closed = true;
	}

	boolean isListed() {
		return this.listed;
	}

	/** Returns how much is retained, approximately while it changes. */
	long credit() {
		return this.stripes.credit();
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
	 * @param allocations blocks allocated, small ones included that are just being
	 * allocated
	 * @param deallocations blocks freed
	 * @param reallocations blocks resized
	 * @param allocatedBytes bytes of the allocated blocks, and those they have gained
	 * @param deallocatedBytes bytes of the freed blocks, and those others have lost
	 */
	public record Counts(long allocations, long deallocations, long reallocations, long allocatedBytes,
			long deallocatedBytes) {

		/**
		 * Returns these with no more freed than allocated: a close may have freed a large
		 * block that is about to be counted.
		 */
		Counts balanced() {
			return new Counts(Math.max(this.allocations, this.deallocations), this.deallocations, this.reallocations,
					Math.max(this.allocatedBytes, this.deallocatedBytes), this.deallocatedBytes);
		}

		Counts plus(Counts other) {
			return new Counts(this.allocations + other.allocations, this.deallocations + other.deallocations,
					this.reallocations + other.reallocations, this.allocatedBytes + other.allocatedBytes,
					this.deallocatedBytes + other.deallocatedBytes);
		}

	}

}
