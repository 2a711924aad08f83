package io.freehold.pages;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * Two threads that both believe a live block to be theirs: exactly one of them is right.
 */
public final class ExtentRaces {

	private ExtentRaces() {
	}

	/** Both free it. */
	@JCStressTest
	@Outcome(id = { "true, false, 1", "false, true, 1" }, expect = Expect.ACCEPTABLE, desc = "freed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "freed twice or never")
	@State
	public static class FreeAndFree {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void one(ZZI_Result r) {
			r.r1 = this.extent.tryFree();
		}

		@Actor
		public void two(ZZI_Result r) {
			r.r2 = this.extent.tryFree();
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/** One frees it, one claims it. */
	@JCStressTest
	@Outcome(id = { "true, false, 1", "false, true, 4" }, expect = Expect.ACCEPTABLE, desc = "freed or claimed")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
	@State
	public static class FreeAndClaim {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void free(ZZI_Result r) {
			r.r1 = this.extent.tryFree();
		}

		@Actor
		public void claim(ZZI_Result r) {
			r.r2 = this.extent.tryClaim(this.extent.base(), OnePlace.LIVE);
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/** One claims it and makes it live again with another size, one frees it. */
	@JCStressTest
	@Outcome(id = { "true, false, 1", "false, true, 3" }, expect = Expect.ACCEPTABLE, desc = "freed or resized")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
	@State
	public static class FreeAndResize {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void free(ZZI_Result r) {
			r.r1 = this.extent.tryFree();
		}

		@Actor
		public void resize(ZZI_Result r) {
			r.r2 = this.extent.tryClaim(this.extent.base(), OnePlace.LIVE);
			if (r.r2) {
				this.extent.setLive(0, OnePlace.OTHER);
			}
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/** One frees it, one records another size in place. */
	@JCStressTest
	@Outcome(id = { "true, false, 1", "false, true, 3" }, expect = Expect.ACCEPTABLE, desc = "freed or replaced")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
	@State
	public static class FreeAndReplace {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void free(ZZI_Result r) {
			r.r1 = this.extent.tryFree();
		}

		@Actor
		public void replace(ZZI_Result r) {
			r.r2 = this.extent.tryReplace(this.extent.base(), OnePlace.LIVE, OnePlace.OTHER);
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/** One claims it, one records another size in place. */
	@JCStressTest
	@Outcome(id = { "true, false, 4", "false, true, 3" }, expect = Expect.ACCEPTABLE, desc = "claimed or replaced")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
	@State
	public static class ClaimAndReplace {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void claim(ZZI_Result r) {
			r.r1 = this.extent.tryClaim(this.extent.base(), OnePlace.LIVE);
		}

		@Actor
		public void replace(ZZI_Result r) {
			r.r2 = this.extent.tryReplace(this.extent.base(), OnePlace.LIVE, OnePlace.OTHER);
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/** Both claim it, and who has it frees it. */
	@JCStressTest
	@Outcome(id = { "true, false, 1", "false, true, 1" }, expect = Expect.ACCEPTABLE, desc = "claimed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "claimed twice or never")
	@State
	public static class ClaimAndClaim {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void one(ZZI_Result r) {
			r.r1 = moveAway();
		}

		@Actor
		public void two(ZZI_Result r) {
			r.r2 = moveAway();
		}

		private boolean moveAway() {
			if (!this.extent.tryClaim(this.extent.base(), OnePlace.LIVE)) {
				return false;
			}
			this.extent.freeClaimed(this.extent.base());
			return true;
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/** Who frees it uses its place again at once, for a block of another size. */
	@JCStressTest
	@Outcome(id = { "true, false, 3", "false, true, 1" }, expect = Expect.ACCEPTABLE, desc = "freed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "the new block was harmed, or freed by whom the old one belonged to")
	@State
	public static class FreeAndReuse {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void reuse(ZZI_Result r) {
			r.r1 = this.extent.tryFree();
			if (r.r1) {
				this.extent.setLive(0, OnePlace.OTHER);
			}
		}

		@Actor
		public void free(ZZI_Result r) {
			r.r2 = this.extent.tryFree();
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/**
	 * Who frees it uses its place again at once, for the like of it. No allocator can
	 * tell a stale free from a good one then, but still there is one block to free.
	 */
	@JCStressTest
	@Outcome(id = "true, false, 2", expect = Expect.ACCEPTABLE, desc = "refused while the place was free")
	@Outcome(id = "true, true, 1", expect = Expect.ACCEPTABLE, desc = "the new block was freed")
	@Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "the old block was freed by the other")
	@Outcome(expect = Expect.FORBIDDEN, desc = "a free was lost, or done twice")
	@State
	public static class FreeAndReuseAlike {

		private final OnePlace extent = OnePlace.live();

		@Actor
		public void reuse(ZZI_Result r) {
			r.r1 = this.extent.tryFree();
			if (r.r1) {
				this.extent.setLive(0, OnePlace.LIVE);
			}
		}

		@Actor
		public void free(ZZI_Result r) {
			r.r2 = this.extent.tryFree();
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.extent.state();
		}

	}

}
