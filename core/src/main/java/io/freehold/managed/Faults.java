package io.freehold.managed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * Faults of others, in the middle of something that has to go on: they are logged, and if
 * not even that is possible they are forgotten.
 */
final class Faults {

	private static final Logger logger = System.getLogger("io.freehold");

	private Faults() {
	}

	static void log(Supplier<String> message, Throwable fault) {
		try {
			logger.log(Level.WARNING, message, fault);
		}
		catch (RuntimeException | Error ex) {
			// the heap is exhausted, or the log is broken
		}
	}

}
