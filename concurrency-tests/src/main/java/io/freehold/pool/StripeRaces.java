package io.freehold.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * The lock of a stripe, which guards what is read and written by plain accesses.
 */
public final class StripeRaces {

	private StripeRaces() {
	}

	private static SharedMagazines.Stripe stripe() {
		return new SharedMagazines.Stripe(new Magazines(new Bin[0], new CacheAllowance(0), null));
	}

	/** Each counts what it did under the lock. */
	@JCStressTest
	@Outcome(id = "true, true, 2", expect = Expect.ACCEPTABLE, desc = "one after the other")
	@Outcome(id = { "true, false, 1", "false, true, 1" }, expect = Expect.ACCEPTABLE, desc = "one passed it by")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both at once, or nobody")
	@State
	public static class Exclusion {

		private final SharedMagazines.Stripe stripe = stripe();

		private int count;

		@Actor
		public void one(ZZI_Result r) {
			r.r1 = count();
		}

		@Actor
		public void two(ZZI_Result r) {
			r.r2 = count();
		}

		private boolean count() {
			if (!this.stripe.tryLock()) {
				return false;
			}
			this.count++;
			this.stripe.unlock();
			return true;
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.count;
		}

	}

	/**
	 * Each takes the one block of a rack, if it gets at it: 0 if not, -1 if passed by.
	 */
	@JCStressTest
	@Outcome(id = { "16, 0", "0, 16" }, expect = Expect.ACCEPTABLE, desc = "one has it, the other finds none")
	@Outcome(id = { "16, -1", "-1, 16" }, expect = Expect.ACCEPTABLE, desc = "one has it, the other passes by")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody")
	@State
	public static class Contents {

		private static final int SIZE_CLASS = 0;

		private final long[] rack = Rack.resized(Rack.create(), SIZE_CLASS, 1);

		private final SharedMagazines.Stripe stripe = stripe();

		public Contents() {
			Rack.give(this.rack, SIZE_CLASS, 16);
		}

		@Actor
		public void one(II_Result r) {
			r.r1 = take();
		}

		@Actor
		public void two(II_Result r) {
			r.r2 = take();
		}

		private int take() {
			if (!this.stripe.tryLock()) {
				return -1;
			}
			int taken = (int) Rack.take(this.rack, SIZE_CLASS);
			this.stripe.unlock();
			return taken;
		}

	}

	/** One gives a block, one takes what there is and looks at where it has come from. */
	@JCStressTest
	@Outcome(id = { "0, 0", "-1, 0" }, expect = Expect.ACCEPTABLE, desc = "nothing there yet")
	@Outcome(id = "16, 3", expect = Expect.ACCEPTABLE, desc = "with what was written before")
	@Outcome(expect = Expect.FORBIDDEN, desc = "without what was written before")
	@State
	public static class Passage {

		private static final int SIZE_CLASS = 0;

		private final long[] rack = Rack.resized(Rack.create(), SIZE_CLASS, 1);

		private final SharedMagazines.Stripe stripe = stripe();

		private int content;

		@Actor
		public void give() {
			this.content = 3;
			if (this.stripe.tryLock()) {
				Rack.give(this.rack, SIZE_CLASS, 16);
				this.stripe.unlock();
			}
		}

		@Actor
		public void take(II_Result r) {
			r.r1 = -1;
			if (this.stripe.tryLock()) {
				r.r1 = (int) Rack.take(this.rack, SIZE_CLASS);
				this.stripe.unlock();
			}
			if (r.r1 == 16) {
				r.r2 = this.content;
			}
		}

	}

}
