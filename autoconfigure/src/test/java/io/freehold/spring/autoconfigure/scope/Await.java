package io.freehold.spring.autoconfigure.scope;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waits for what another thread is about to do.
 */
public final class Await {

	/** How long anything may take. */
	public static final Duration DEADLINE = Duration.ofSeconds(30);

	private Await() {
	}

	public static void until(BooleanSupplier condition) {
		long deadline = System.nanoTime() + DEADLINE.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
			LockSupport.parkNanos(1_000_000);
		}
	}

}
