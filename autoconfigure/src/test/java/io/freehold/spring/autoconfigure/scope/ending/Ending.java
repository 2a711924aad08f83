package io.freehold.spring.autoconfigure.scope.ending;

import java.util.Locale;

/**
 * The columns of the table.
 */
enum Ending {

	/** The handler returns. */
	NORMAL,

	/** The handler throws. */
	EXCEPTION,

	/** Nobody answers in time, while the work goes on. */
	TIMEOUT,

	/** The client closes its connection while the response is streamed. */
	ABORT,

	/** The client resets its connection while the response is streamed. */
	RESET,

	/** The client resets its connection while the handler works. */
	RESET_AT_WORK,

	/** The work is cancelled by somebody else. */
	CANCEL,

	/** The application ends, and waits for the request. */
	GRACEFUL_SHUTDOWN,

	/** The application ends, and does not wait. */
	IMMEDIATE_SHUTDOWN;

	boolean isShutdown() {
		return this == GRACEFUL_SHUTDOWN || this == IMMEDIATE_SHUTDOWN;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

}
