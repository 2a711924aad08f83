package io.freehold.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Threads that take from one allowance: never more than it has.
 */
public final class CacheAllowanceRaces {

	private CacheAllowanceRaces() {
	}

	/** Two threads where there is enough for one. */
	@JCStressTest
	@Outcome(id = { "true, false, 5", "false, true, 5" }, expect = Expect.ACCEPTABLE, desc = "one has it")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody")
	@State
	public static class Take {

		private final CacheAllowance allowance = new CacheAllowance(8);

		@Actor
		public void one(ZZJ_Result r) {
			r.r1 = this.allowance.tryTake(5);
		}

		@Actor
		public void two(ZZJ_Result r) {
			r.r2 = this.allowance.tryTake(5);
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			r.r3 = this.allowance.used();
		}

	}

	/** One takes what another gives back. */
	@JCStressTest
	@Outcome(id = { "true, true, 5", "true, false, 0" }, expect = Expect.ACCEPTABLE, desc = "after it, or before")
	@Outcome(expect = Expect.FORBIDDEN, desc = "some was lost, or there was too much")
	@State
	public static class TakeAndGive {

		private final CacheAllowance allowance = new CacheAllowance(8);

		public TakeAndGive() {
			this.allowance.tryTake(8);
		}

		@Actor
		public void give(ZZJ_Result r) {
			this.allowance.give(8);
			r.r1 = true;
		}

		@Actor
		public void take(ZZJ_Result r) {
			r.r2 = this.allowance.tryTake(5);
		}

		@Arbiter
		public void after(ZZJ_Result r) {
			r.r3 = this.allowance.used();
		}

	}

}
