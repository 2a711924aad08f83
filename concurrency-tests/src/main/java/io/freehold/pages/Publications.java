package io.freehold.pages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A block that one thread has made and another frees: -1 stands for a thread that was not
 * told of it in time, 0 for a refusal, 1 for a success.
 */
public final class Publications {

	private Publications() {
	}

	/** The address travels by a release store and an acquire load. */
	@JCStressTest
	@Outcome(id = "-1, 2", expect = Expect.ACCEPTABLE, desc = "not seen")
	@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "seen and freed")
	@Outcome(expect = Expect.FORBIDDEN, desc = "seen, but refused")
	@State
	public static class Proper {

		private static final VarHandle PUBLISHED;

		static {
			try {
				PUBLISHED = MethodHandles.lookup().findVarHandle(Proper.class, "published", long.class);
			}
			catch (ReflectiveOperationException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		private final OnePlace extent = new OnePlace();

		@SuppressWarnings("unused") // by the handle
		private long published;

		@Actor
		public void allocate() {
			this.extent.setLive(0, OnePlace.LIVE);
			PUBLISHED.setRelease(this, this.extent.base());
		}

		@Actor
		public void free(II_Result r) {
			long address = (long) PUBLISHED.getAcquire(this);
			r.r1 = (address == 0) ? -1 : this.extent.tryFree(address, OnePlace.LIVE) ? 1 : 0;
		}

		@Arbiter
		public void after(II_Result r) {
			r.r2 = this.extent.state();
		}

	}

	/** The address travels by plain accesses; who finds it tries to free it twice. */
	@JCStressTest
	@Outcome(id = { "-1, -1, 2", "-1, 0, 2", "0, -1, 2", "0, 0, 2" }, expect = Expect.ACCEPTABLE, desc = "still live")
	@Outcome(id = { "1, -1, 1", "1, 0, 1", "-1, 1, 1", "0, 1, 1" }, expect = Expect.ACCEPTABLE, desc = "freed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "freed twice, or alive again")
	@State
	public static class Racy {

		private final OnePlace extent = new OnePlace();

		private long published;

		@Actor
		public void allocate() {
			this.extent.setLive(0, OnePlace.LIVE);
			this.published = this.extent.base();
		}

		@Actor
		public void free(III_Result r) {
			r.r1 = free();
			r.r2 = free();
		}

		private int free() {
			long address = this.published;
			return (address == 0) ? -1 : this.extent.tryFree(address, OnePlace.LIVE) ? 1 : 0;
		}

		@Arbiter
		public void after(III_Result r) {
			r.r3 = this.extent.state();
		}

	}

	/**
	 * The block is found by its word only, as when all blocks of an owner are freed while
	 * another thread is allocating. Who allocates has cleared it before, and that must
	 * not be seen to happen after the block was freed and used again.
	 */
	@JCStressTest
	@Outcome(id = { "-1, 0", "0, 7" }, expect = Expect.ACCEPTABLE, desc = "live, or freed and used again")
	@Outcome(expect = Expect.FORBIDDEN, desc = "who allocated wrote to a block that was somebody else's by then")
	@State
	public static class FoundByWord {

		private final OnePlace extent = new OnePlace();

		private int content = 5;

		@Actor
		public void allocate() {
			this.content = 0;
			this.extent.setLive(0, OnePlace.LIVE);
		}

		@Actor
		public void freeAndUseAgain(II_Result r) {
			r.r1 = -1;
			if (BlockWord.isLive(this.extent.word(0)) && this.extent.tryFree()) {
				r.r1 = this.content;
				this.content = 7;
			}
		}

		@Arbiter
		public void after(II_Result r) {
			r.r2 = this.content;
		}

	}

	/** The same with a block that was claimed while it was made, and then copied to. */
	@JCStressTest
	@Outcome(id = { "-1, 0", "0, 7" }, expect = Expect.ACCEPTABLE, desc = "live, or freed and used again")
	@Outcome(expect = Expect.FORBIDDEN, desc = "who claimed wrote to a block that was somebody else's by then")
	@State
	public static class FoundAfterClaim {

		private final OnePlace extent = new OnePlace();

		private int content = 5;

		public FoundAfterClaim() {
			this.extent.setLive(0, BlockWord.claimed(OnePlace.LIVE));
		}

		@Actor
		public void unclaim() {
			this.content = 0;
			this.extent.setLive(0, OnePlace.LIVE);
		}

		@Actor
		public void freeAndUseAgain(II_Result r) {
			r.r1 = -1;
			if (BlockWord.isLive(this.extent.word(0)) && this.extent.tryFree()) {
				r.r1 = this.content;
				this.content = 7;
			}
		}

		@Arbiter
		public void after(II_Result r) {
			r.r2 = this.content;
		}

	}

}
