package io.freehold.pages;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * Two threads at one huge block: exactly one has it. The third figure is 1 if it is a
 * block afterwards, else 0.
 */
public final class HugeBlocksRaces {

	private static final long SIZE = 1 << 20;

	private HugeBlocksRaces() {
	}

	private static HugeBlock live() {
		Mapping mapping = new Mapping();
		mapping.address = SIZE;
		mapping.length = SIZE;
		HugeBlock block = new HugeBlock(mapping, SIZE, 8, BlockWord.NO_OWNER);
		block.unclaim(SIZE);
		return block;
	}

	private static boolean tryFree(HugeBlock block, long size) {
		return block.tryFree(SIZE, size, 8, BlockWord.NO_OWNER);
	}

	private static boolean tryClaim(HugeBlock block) {
		return block.tryClaim(SIZE, SIZE, 8, BlockWord.NO_OWNER);
	}

	/** Both free it. */
	@JCStressTest
	@Outcome(id = { "true, false, 0", "false, true, 0" }, expect = Expect.ACCEPTABLE, desc = "freed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "freed twice or never")
	@State
	public static class FreeAndFree {

		private final HugeBlock block = live();

		@Actor
		public void one(ZZI_Result r) {
			r.r1 = tryFree(this.block, SIZE);
		}

		@Actor
		public void two(ZZI_Result r) {
			r.r2 = tryFree(this.block, SIZE);
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.block.isBlock() ? 1 : 0;
		}

	}

	/**
	 * One frees it, one claims it and makes it live again with another size: the size
	 * that was compared is that of the block that is freed.
	 */
	@JCStressTest
	@Outcome(id = { "true, false, 0", "false, true, 1" }, expect = Expect.ACCEPTABLE, desc = "freed or resized")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
	@State
	public static class FreeAndResize {

		private final HugeBlock block = live();

		@Actor
		public void free(ZZI_Result r) {
			r.r1 = tryFree(this.block, SIZE);
		}

		@Actor
		public void resize(ZZI_Result r) {
			r.r2 = tryClaim(this.block);
			if (r.r2) {
				this.block.unclaim(SIZE - 1);
			}
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.block.isBlock() ? 1 : 0;
		}

	}

	/** Both claim it, and the one that has it frees it. */
	@JCStressTest
	@Outcome(id = { "true, false, 0", "false, true, 0" }, expect = Expect.ACCEPTABLE, desc = "claimed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "claimed twice or never")
	@State
	public static class ClaimAndClaim {

		private final HugeBlock block = live();

		@Actor
		public void one(ZZI_Result r) {
			r.r1 = moveAway();
		}

		@Actor
		public void two(ZZI_Result r) {
			r.r2 = moveAway();
		}

		private boolean moveAway() {
			if (!tryClaim(this.block)) {
				return false;
			}
			this.block.freeClaimed(this.block.base());
			return true;
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.block.isBlock() ? 1 : 0;
		}

	}

}
