package io.freehold.managed;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Completes a close that had to wait, for a native call that held a segment or a thread
 * that owns a region: nobody tells when these end, so it is tried again and again, at
 * first after a millisecond, in the end once a second.
 */
final class PendingClose {

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
			if (!attempt.getAsBoolean()) {
				retry(attempt, Math.min(2 * delayMillis, MAX_DELAY_MILLIS));
			}
		});
	}

}
