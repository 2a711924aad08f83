package io.freehold.pages;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * Two threads at one huge block: exactly one has it. The third figure is the number of
 * blocks left, or -1 if the books are wrong.
 */
public final class MappedBlocksRaces {

	private static final long SIZE = 1 << 20;

	private MappedBlocksRaces() {
	}

	/** A huge block, and what two threads do with it. */
	private static final class Huge {

		final MappedBlocks blocks = new MappedBlocks(new FewAddresses());

		final long address;

		Huge(boolean claimed) {
			this.address = this.blocks.allocate(SIZE, 8, BlockWord.NO_OWNER, claimed);
		}

		boolean tryFree() {
			return this.blocks.tryFree(this.address, SIZE, 8, BlockWord.NO_OWNER);
		}

		boolean tryClaim() {
			return this.blocks.tryClaim(this.address, SIZE, 8, BlockWord.NO_OWNER);
		}

		int left() {
			int[] left = new int[1];
			this.blocks.forEach((_) -> left[0]++);
			return this.blocks.isValid() ? left[0] : -1;
		}

	}

	/** Both free it. */
	@JCStressTest
	@Outcome(id = { "true, false, 0", "false, true, 0" }, expect = Expect.ACCEPTABLE, desc = "freed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "freed twice or never")
	@State
	public static class FreeAndFree {

		private final Huge huge = new Huge(false);

		@Actor
		public void one(ZZI_Result r) {
			r.r1 = this.huge.tryFree();
		}

		@Actor
		public void two(ZZI_Result r) {
			r.r2 = this.huge.tryFree();
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.huge.left();
		}

	}

	/** One frees it, one claims it and makes it live again with another size. */
	@JCStressTest
	@Outcome(id = { "true, false, 0", "false, true, 1" }, expect = Expect.ACCEPTABLE, desc = "freed or claimed")
	@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
	@State
	public static class FreeAndClaim {

		private final Huge huge = new Huge(false);

		@Actor
		public void free(ZZI_Result r) {
			r.r1 = this.huge.tryFree();
		}

		@Actor
		public void claim(ZZI_Result r) {
			r.r2 = this.huge.tryClaim();
			if (r.r2) {
				this.huge.blocks.unclaim(this.huge.address, SIZE - 1);
			}
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.huge.left();
		}

	}

	/** Both claim it, and who has it frees it. */
	@JCStressTest
	@Outcome(id = { "true, false, 0", "false, true, 0" }, expect = Expect.ACCEPTABLE, desc = "claimed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "claimed twice or never")
	@State
	public static class ClaimAndClaim {

		private final Huge huge = new Huge(false);

		@Actor
		public void one(ZZI_Result r) {
			r.r1 = moveAway();
		}

		@Actor
		public void two(ZZI_Result r) {
			r.r2 = moveAway();
		}

		private boolean moveAway() {
			if (!this.huge.tryClaim()) {
				return false;
			}
			this.huge.blocks.freeClaimed(this.huge.address);
			return true;
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r3 = this.huge.left();
		}

	}

	/**
	 * One resizes a claimed block, which moves; one maps the like of it, perhaps where it
	 * was.
	 */
	@JCStressTest
	@Outcome(id = "true, true, 2", expect = Expect.ACCEPTABLE, desc = "both are there")
	@Outcome(expect = Expect.FORBIDDEN, desc = "one was lost")
	@State
	public static class MoveAndMap {

		private final Huge huge = new Huge(true);

		private long moved;

		private long other;

		@Actor
		public void move() {
			this.moved = this.huge.blocks.resize(this.huge.address, 2 * SIZE);
		}

		@Actor
		public void map() {
			this.other = this.huge.blocks.allocate(SIZE, 8, BlockWord.NO_OWNER, true);
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r1 = this.huge.blocks.find(this.moved) != null;
			r.r2 = this.huge.blocks.find(this.other) != null;
			r.r3 = this.huge.left();
		}

	}

	/** One frees it, one maps the like of it, perhaps where it was. */
	@JCStressTest
	@Outcome(id = "true, true, 1", expect = Expect.ACCEPTABLE, desc = "the new one is there")
	@Outcome(expect = Expect.FORBIDDEN, desc = "it was lost")
	@State
	public static class FreeAndMap {

		private final Huge huge = new Huge(false);

		private long other;

		@Actor
		public void free(ZZI_Result r) {
			r.r1 = this.huge.tryFree();
		}

		@Actor
		public void map() {
			this.other = this.huge.blocks.allocate(SIZE, 8, BlockWord.NO_OWNER, false);
		}

		@Arbiter
		public void after(ZZI_Result r) {
			r.r2 = this.huge.blocks.find(this.other) != null;
			r.r3 = this.huge.left();
		}

	}

}
