package io.freehold.managed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Completes a close that had to wait, for a native call that held a segment or a thread
 * that owns a region: nobody tells when these end, so it is tried again and again, at
 * first after a millisecond, in the end once a second.
 */
final class PendingClose {

	private static final Logger logger = System.getLogger("io.freehold");

	private static final long MAX_DELAY_MILLIS = 1000;

	private PendingClose() {
	}

	/**
	 * Calls {@code attempt} from a thread of the common pool until it returns true.
	 */
	static void retry(BooleanSupplier attempt) {
		retry(attempt, 1);
	}

	private static void retry(BooleanSupplier attempt, long delayMillis) {
		CompletableFuture.delayedExecutor(delayMillis, TimeUnit.MILLISECONDS).execute(() -> {
			if (!tried(attempt)) {
				retry(attempt, Math.min(2 * delayMillis, MAX_DELAY_MILLIS));
			}
		});
	}

	private static boolean tried(BooleanSupplier attempt) {
		try {
			return attempt.getAsBoolean();
		}
		catch (RuntimeException | Error ex) {
			logger.log(Level.WARNING, "could not complete a close, which will be tried again", ex);
			return false;
		}
	}

}
