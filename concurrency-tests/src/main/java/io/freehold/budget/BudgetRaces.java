package io.freehold.budget;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Reservations that race in a tree of two levels. The last figure is what is used in the
 * end, or -1 if two accounts disagree about it.
 */
public final class BudgetRaces {

	private BudgetRaces() {
	}

	/** Two accounts below a root where there is room for one of them. */
	@JCStressTest
	@Outcome(id = { "true, false, 6", "false, true, 6" }, expect = Expect.ACCEPTABLE, desc = "one fits")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
	@State
	public static class Siblings {

		private final BudgetAccount root = new BudgetAccount(null, 10);

		private final BudgetAccount left = new BudgetAccount(this.root, Budget.UNLIMITED);

		private final BudgetAccount right = new BudgetAccount(this.root, Budget.UNLIMITED);

		@Actor
		public void left(ZZJ_Result r) {
			r.r1 = this.left.tryReserve(6) == null;
		}

		@Actor
		public void right(ZZJ_Result r) {
			r.r2 = this.right.tryReserve(6) == null;
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			long used = this.root.used();
			r.r3 = (this.left.used() + this.right.used() == used) ? used : -1;
		}

	}

	/** Two reservations of one account where there is room for one of them. */
	@JCStressTest
	@Outcome(id = { "true, false, 6", "false, true, 6" }, expect = Expect.ACCEPTABLE, desc = "one fits")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
	@State
	public static class SameAccount {

		private final BudgetAccount root = new BudgetAccount(null, Budget.UNLIMITED);

		private final BudgetAccount account = new BudgetAccount(this.root, 10);

		@Actor
		public void one(ZZJ_Result r) {
			r.r1 = this.account.tryReserve(6) == null;
		}

		@Actor
		public void two(ZZJ_Result r) {
			r.r2 = this.account.tryReserve(6) == null;
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			long used = this.root.used();
			r.r3 = (this.account.used() == used) ? used : -1;
		}

	}

	/** A reservation that the root refuses does not make its account refuse another. */
	@JCStressTest
	@Outcome(id = "false, true, 4", expect = Expect.ACCEPTABLE, desc = "what fits is reserved")
	@Outcome(expect = Expect.FORBIDDEN, desc = "refused for bytes that nobody had")
	@State
	public static class RefusedAbove {

		private final BudgetAccount root = new BudgetAccount(null, 5);

		private final BudgetAccount account = new BudgetAccount(this.root, 8);

		@Actor
		public void tooMuch(ZZJ_Result r) {
			r.r1 = this.account.tryReserve(7) == null;
		}

		@Actor
		public void fits(ZZJ_Result r) {
			r.r2 = this.account.tryReserve(4) == null;
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			long used = this.root.used();
			r.r3 = (this.account.used() == used) ? used : -1;
		}

	}

	/** The same at the root: what its account refuses is never counted there. */
	@JCStressTest
	@Outcome(id = "false, true, 4", expect = Expect.ACCEPTABLE, desc = "what fits is reserved")
	@Outcome(expect = Expect.FORBIDDEN, desc = "refused for bytes that nobody had")
	@State
	public static class RefusedBelow {

		private final BudgetAccount root = new BudgetAccount(null, 8);

		private final BudgetAccount small = new BudgetAccount(this.root, 5);

		private final BudgetAccount large = new BudgetAccount(this.root, Budget.UNLIMITED);

		@Actor
		public void tooMuch(ZZJ_Result r) {
			r.r1 = this.small.tryReserve(7) == null;
		}

		@Actor
		public void fits(ZZJ_Result r) {
			r.r2 = this.large.tryReserve(4) == null;
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			long used = this.root.used();
			r.r3 = (this.small.used() == 0 && this.large.used() == used) ? used : -1;
		}

	}

	/** Bytes are given back while others are reserved. */
	@JCStressTest
	@Outcome(id = { "true, true, 6", "true, false, 0" }, expect = Expect.ACCEPTABLE, desc = "after it, or before")
	@Outcome(expect = Expect.FORBIDDEN, desc = "a limit was passed, or bytes were lost")
	@State
	public static class ReserveAndRelease {

		private final BudgetAccount root = new BudgetAccount(null, 10);

		private final BudgetAccount account = new BudgetAccount(this.root, 10);

		public ReserveAndRelease() {
			this.account.tryReserve(6);
		}

		@Actor
		public void release(ZZJ_Result r) {
			this.account.release(6);
			r.r1 = true;
		}

		@Actor
		public void reserve(ZZJ_Result r) {
			r.r2 = this.account.tryReserve(6) == null;
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			long used = this.root.used();
			r.r3 = (this.account.used() == used) ? used : -1;
		}

	}

	/** The limit is lowered while bytes are reserved; then nothing more is reserved. */
	@JCStressTest
	@Outcome(id = { "true, false, 6", "false, false, 0" }, expect = Expect.ACCEPTABLE,
			desc = "before it, or not at all")
	@Outcome(expect = Expect.FORBIDDEN, desc = "the old limit was applied once more")
	@State
	public static class ReserveAndLower {

		private final BudgetAccount root = new BudgetAccount(null, 10);

		private final BudgetAccount account = new BudgetAccount(this.root, Budget.UNLIMITED);

		@Actor
		public void reserve(ZZJ_Result r) {
			r.r1 = this.account.tryReserve(6) == null;
		}

		@Actor
		public void lower(ZZJ_Result r) {
			this.root.setLimit(0);
			r.r2 = this.account.tryReserve(1) == null;
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			long used = this.root.used();
			r.r3 = (this.account.used() == used) ? used : -1;
		}

	}

}
