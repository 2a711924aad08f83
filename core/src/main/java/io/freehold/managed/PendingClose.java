package io.freehold.managed;

import java.util.concurrent.TimeUnit;

import io.freehold.internal.sync.Clock;
import io.freehold.internal.sync.Wait;

/**
 * A close that may have to wait: for calls in flight, which end soon, or for a native
 * call that holds a segment or a thread that owns a region. Nothing tells when these end,
 * so it is tried again and again by the clock, at first after a millisecond, in the end
 * once a second.
 */
abstract class PendingClose extends Clock.Task {

	private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long MAX_DELAY = TimeUnit.SECONDS.toNanos(1);

	/** Between two looks for blocks that other threads have in hand. */
	private static final long NAP_NANOS = 20_000;

	/** The time until the next attempt. Written by the clock, and before it is listed. */
	private long delay;

	/** Whether the clock tries it. Only ever becomes true, until it is done. */
	private volatile boolean pending;

	/**
	 * Does what can be done now, and waits for nothing.
	 * @return what became of it
	 */
	abstract Outcome attempt();

	/**
	 * Closes now if that is possible, else hands over to the clock. Calls in flight are
	 * given some seconds, with no lock held.
	 * @param what what is closed, for messages
	 */
	final void close(Object what) {
		boolean done = false;
		try {
			Outcome outcome = attempt();
			if (outcome == Outcome.BUSY) {
				Wait wait = new Wait(what, "calls in flight, to close");
				while (outcome == Outcome.BUSY && wait.shortNap(NAP_NANOS)) {
					outcome = attempt();
				}
			}
			done = outcome == Outcome.DONE;
		}
		finally {
			if (!done) {
				retryLater();
			}
		}
	}

	/** Whether the clock tries it. */
	final boolean isPending() {
		return this.pending;
	}

	/** Lets the clock try until it is done. Never throws. */
	final void retryLater() {
		if (!this.pending) {
			this.delay = FIRST_DELAY;
			this.pending = true;
			Clock.INSTANCE.schedule(this, FIRST_DELAY);
		}
		else {
			Clock.INSTANCE.keepGoing();
		}
	}

	@Override
	protected long run() {
		if (attempt() == Outcome.DONE) {
			this.pending = false;
			return DONE;
		}
		this.delay = Math.min(2 * this.delay, MAX_DELAY);
		return this.delay;
	}

	/** What an attempt comes to. */
	enum Outcome {

		/** It is closed. */
		DONE,

		/** Calls are in flight that end by themselves. */
		BUSY,

		/** A segment is held by a native call, or a region by its thread. */
		HELD;

		/** Returns what both come to together. */
		Outcome and(Outcome other) {
			return (compareTo(other) >= 0) ? this : other;
		}

	}

}
