package io.freehold.managed;

import java.util.List;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJI_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * What is opened on a node while others open and close there, or while the node closes.
 */
public final class LeaseRaces {

	private LeaseRaces() {
	}

	private static Lease lease() {
		return new Lease() {

			@Override
			PendingClose.Outcome tryRevoke() {
				return PendingClose.Outcome.DONE;
			}

		};
	}

	/** One opens and closes while another opens: counters and lists agree. */
	@JCStressTest
	@Outcome(id = "2, 1, 1", expect = Expect.ACCEPTABLE, desc = "nothing is lost")
	@Outcome(expect = Expect.FORBIDDEN, desc = "something is lost")
	@State
	public static class Lists {

		private final Leases leases = new Leases();

		private final Lease kept = lease();

		@Actor
		public void one() {
			Lease lease = lease();
			this.leases.add(lease);
			this.leases.remove(lease);
		}

		@Actor
		public void two() {
			this.leases.add(this.kept);
		}

		@Arbiter
		public void after(JJI_Result r) {
			r.r1 = this.leases.opened();
			r.r2 = this.leases.closed();
			r.r3 = this.leases.open().equals(List.of(this.kept)) ? 1 : 0;
		}

	}

	/** Two close the same lease, one of them with an old view of it. */
	@JCStressTest
	@Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "closed once")
	@Outcome(expect = Expect.FORBIDDEN, desc = "closed twice, or still there")
	@State
	public static class Twice {

		private final Leases leases = new Leases();

		private final Lease lease = lease();

		public Twice() {
			this.leases.add(this.lease);
		}

		@Actor
		public void one() {
			this.leases.remove(this.lease);
		}

		@Actor
		public void two() {
			this.leases.remove(this.lease);
		}

		@Arbiter
		public void after(JJI_Result r) {
			r.r1 = this.leases.opened();
			r.r2 = this.leases.closed();
			r.r3 = this.leases.open().size();
		}

	}

	/**
	 * One opens and looks whether the node closes; it closes and looks for leases. If
	 * they meet in the first list, the one who opens makes new ones.
	 */
	@JCStressTest
	@Outcome(id = { "true, 0", "true, 1", "false, 1" }, expect = Expect.ACCEPTABLE, desc = "one sees the other")
	@Outcome(expect = Expect.FORBIDDEN, desc = "an open lease that nobody closes")
	@State
	public static class Close {

		private final Leases leases = new Leases();

		private final Lease lease = lease();

		private volatile boolean closing;

		@Actor
		public void open(ZI_Result r) {
			this.leases.add(this.lease);
			r.r1 = this.closing;
		}

		@Actor
		public void close(ZI_Result r) {
			this.closing = true;
			r.r2 = this.leases.open().size();
		}

	}

}
