package io.freehold.sweep;

/**
 * Decides which call of something below fails, and how. Used by one thread; others may
 * call meanwhile what is not set.
 */
final class Trap {

	/** How a call fails. */
	enum Mode {

		REFUSE, THROW

	}

	/** What a call throws. */
	static final class Sprung extends Error {

		Sprung() {
			super("thrown on purpose", null, false, false);
		}

	}

	private final Sprung sprung = new Sprung();

	private Mode mode = Mode.REFUSE;

	private long calls;

	/** The number of the call that fails, 0 for none. */
	private long failing;

	private boolean armed;

	/** Lets the n-th call from now on fail, counted from one. */
	void set(long n, Mode mode) {
		this.calls = 0;
		this.failing = n;
		this.mode = mode;
		this.armed = true;
	}

	/** Lets no call fail any more. */
	void clear() {
		this.armed = false;
	}

	/** Returns how many calls there were since this was set. */
	long calls() {
		return this.calls;
	}

	/** Returns whether the current call is to be refused, or throws. */
	boolean refuses() {
		if (!this.armed) {
			return false;
		}
		this.calls++;
		if (this.calls != this.failing) {
			return false;
		}
		if (this.mode == Mode.THROW) {
			throw this.sprung;
		}
		return true;
	}

	/** Throws if the current call is to fail, for a call that cannot be refused. */
	void spring() {
		if (this.armed && this.mode == Mode.THROW) {
			refuses();
		}
	}

}
