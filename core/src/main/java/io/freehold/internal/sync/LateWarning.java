package io.freehold.internal.sync;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * A warning about a fault that is found with locks held, under which the log, which is
 * code of users, may not run: the clock logs it.
 */
public final class LateWarning extends Clock.Task {

	private final Object subject;

	private final String message;

	/** The fault that is to be logged; while there is one, others are not noted. */
	private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

	/**
	 * Creates a warning.
	 * @param subject what the faults happen to
	 * @param message what happens
	 */
	public LateWarning(Object subject, String message) {
		this.subject = subject;
		this.message = message;
	}

	/** Notes a fault, with any lock held. Needs no heap and never throws. */
	public void note(Throwable fault) {
		this.fault.compareAndSet(null, fault);
		Clock.INSTANCE.schedule(this, 0);
	}

	@Override
	protected long run() {
		Throwable noted = this.fault.getAndSet(null);
		if (noted != null) {
			Faults.warn(this.subject, this.message, noted);
		}
		return DONE;
	}

}
