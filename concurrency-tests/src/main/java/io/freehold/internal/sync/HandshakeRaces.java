package io.freehold.internal.sync;

import java.util.concurrent.locks.LockSupport;

import io.freehold.owned.Owned;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A thread takes over what another one uses with plain accesses, before and after it
 * waits. The figures are whether it was taken, how often the owner has used it, and what
 * is in it: one for each use, and 100 from who has taken it.
 */
public final class HandshakeRaces {

	private static final String PACKAGE = Owned.class.getPackageName();

	private static final int PATIENCE = 1000;

	private static final long NAP_NANOS = 10_000;

	private HandshakeRaces() {
	}

	/** The owner never uses it once it is taken, and nothing of either is lost. */
	@JCStressTest
	@Outcome(id = { "1, 0, 100", "1, 1, 101", "1, 2, 102" }, expect = Expect.ACCEPTABLE, desc = "taken")
	@Outcome(id = { "0, 0, 0", "0, 1, 1", "0, 2, 2" }, expect = Expect.ACCEPTABLE, desc = "not taken")
	@Outcome(expect = Expect.FORBIDDEN, desc = "used by both at once")
	@State
	public static class Takeover {

		private final Owned owned = new Owned();

		private volatile @Nullable Thread owner;

		@Actor
		public void use(III_Result r) {
			this.owner = Thread.currentThread();
			int uses = this.owned.use();
			LockSupport.parkNanos(NAP_NANOS);
			r.r2 = uses + this.owned.use();
		}

		@Actor
		public void take(III_Result r) {
			Thread thread = this.owner;
			for (int i = 0; thread == null && i < PATIENCE; i++) {
				Thread.onSpinWait();
				thread = this.owner;
			}
			if (thread != null) {
				this.owned.mark(false);
				if (Handshake.isOutside(thread, PACKAGE)) {
					r.r1 = 1;
					this.owned.add(100);
				}
				else {
					this.owned.mark(true);
				}
			}
		}

		@Arbiter
		public void after(III_Result r) {
			r.r3 = this.owned.content();
		}

	}

}
