package io.freehold.internal.sync;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * One wait of one thread for others. A wait that lasts is logged once, with the name of
 * what is waited for, and a wait that lasts too long ends.
 *
 * <p>
 * Made when the first attempt has failed. Used by one thread.
 */
public final class Wait {

	/** After so many nanoseconds the wait is logged. */
	private static final long LOGGED_AFTER = TimeUnit.SECONDS.toNanos(2);

	/** After so many nanoseconds the wait ends. Changed by tests only. */
	static volatile long endsAfter = TimeUnit.SECONDS.toNanos(30);

	private final Object waiter;

	private final String awaited;

	private final long start = System.nanoTime();

	private int attempts;

	/** Whether the wait has been logged, or is not to be. */
	private boolean logged;

	/**
	 * Begins a wait.
	 * @param waiter what the thread works for, as messages name it
	 * @param awaited what it waits for, in words that follow "waits for"
	 */
	public Wait(Object waiter, String awaited) {
		this(waiter, awaited, false);
	}

	private Wait(Object waiter, String awaited, boolean logged) {
		this.waiter = waiter;
		this.awaited = awaited;
		this.logged = logged;
	}

	/** Begins a wait with locks held, under which nothing may be logged. */
	public static Wait unlogged(Object waiter, String awaited) {
		return new Wait(waiter, awaited, true);
	}

	/**
	 * Lets other threads run for a moment.
	 * @return whether to try again; if not, the wait has lasted too long
	 */
	public boolean pause() {
		return !Pause.after(++this.attempts) || mayGoOn(endsAfter);
	}

	/**
	 * Parks for a moment.
	 * @return whether to try again; if not, the wait has lasted for two seconds and has
	 * been logged, unless nothing is
	 */
	public boolean shortNap(long nanos) {
		Pause.nap(nanos);
		return mayGoOn(LOGGED_AFTER);
	}

	private boolean mayGoOn(long limit) {
		long elapsed = System.nanoTime() - this.start;
		if (elapsed >= LOGGED_AFTER && !this.logged) {
			this.logged = true;
			log();
		}
		return elapsed < limit;
	}

	private void log() {
		try {
			Faults.log(Level.WARNING, this.waiter + ": thread '" + Thread.currentThread().getName() + "' has " + this,
					null);
		}
		catch (OutOfMemoryError ex) {
			// no room for the message
		}
	}

	/** Says in words what was waited for, and for how long. */
	@Override
	public String toString() {
		return "waited for " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.start) + " ms for "
				+ this.awaited;
	}

}
