package io.freehold.pool;

import java.time.Duration;

import io.freehold.internal.sync.Clock;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The clock, woken while it ticks. The last figure is the number of ticks that are due.
 */
public final class PurgerRaces {

	private PurgerRaces() {
	}

	/** A clock that does not move, with room for one task. */
	private static final class StoppedClock extends Clock {

		private boolean listed;

		private boolean renewed;

		StoppedClock() {
			super(Thread::new);
		}

		@Override
		public synchronized void schedule(Task task, long nanos) {
			this.listed = true;
			this.renewed = true;
		}

		@Override
		public void keepGoing() {
			// it does not
		}

		private synchronized void begin() {
			this.renewed = false;
		}

		private synchronized void end(boolean again) {
			this.listed = again || this.renewed;
		}

		synchronized int due() {
			return this.listed ? 1 : 0;
		}

	}

	/** Memory to be purged, which only gets more. */
	private static final class Memory implements Purger.Memory {

		final StoppedClock clock = new StoppedClock();

		final Purger purger = new Purger(Duration.ZERO, this.clock);

		private long committed;

		Memory() {
			this.purger.start(this);
		}

		/** As an allocation does. */
		void commit() {
			synchronized (this) {
				this.committed++;
			}
			this.purger.wake();
		}

		/** As the clock does. */
		void dueTick() {
			this.clock.begin();
			this.clock.end(this.purger.run() >= 0);
		}

		@Override
		public void tick() {
			// nothing is idle
		}

		@Override
		public synchronized long committedBytes() {
			return this.committed;
		}

	}

	/** The first memory is taken while the last tick comes. */
	@JCStressTest
	@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one tick is due")
	@Outcome(expect = Expect.FORBIDDEN, desc = "the clock stands still, or runs twice")
	@State
	public static class CommitAndTick {

		private final Memory memory = new Memory();

		public CommitAndTick() {
			this.memory.purger.wake();
		}

		@Actor
		public void commit() {
			this.memory.commit();
		}

		@Actor
		public void tick() {
			this.memory.dueTick();
		}

		@Arbiter
		public void after(I_Result r) {
			r.r1 = this.memory.clock.due();
		}

	}

	/** Two threads take the first memory. */
	@JCStressTest
	@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "one tick is due")
	@Outcome(expect = Expect.FORBIDDEN, desc = "the clock stands still, or runs twice")
	@State
	public static class CommitAndCommit {

		private final Memory memory = new Memory();

		@Actor
		public void one() {
			this.memory.commit();
		}

		@Actor
		public void two() {
			this.memory.commit();
		}

		@Arbiter
		public void after(II_Result r) {
			r.r1 = (int) this.memory.committedBytes();
			r.r2 = this.memory.clock.due();
		}

	}

}
