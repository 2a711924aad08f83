package io.freehold.internal.sync;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import org.jspecify.annotations.Nullable;

/**
 * The log of the core. Nothing that goes wrong in it reaches the caller: an operation
 * that has to go on does so if the log is broken, the heap is full or the stack is short.
 */
public final class Faults {

	private static final Logger logger = System.getLogger("io.freehold");

	private Faults() {
	}

	/**
	 * Logs a message if that is possible now.
	 * @param fault what has been thrown, if anything
	 */
	public static void log(Level level, String message, @Nullable Throwable fault) {
		try {
			// a logger that overflows the stack may never work again
			StackSpace.forBackend();
			if (fault != null) {
				logger.log(level, message, fault);
			}
			else {
				logger.log(level, message);
			}
		}
		catch (Throwable ex) {
			// there is nobody to tell
		}
	}

	/**
	 * Logs a fault of others, in the middle of something that goes on.
	 * @param subject what it happened to
	 * @param message what happened
	 */
	public static void warn(Object subject, String message, Throwable fault) {
		try {
			log(Level.WARNING, subject + message, fault);
		}
		catch (Throwable ex) {
			// no room for the message
		}
	}

	/** Prepares the logger, so that its first use is not in the middle of something. */
	@SuppressWarnings("ReturnValueIgnored")
	public static void prepare() {
		logger.isLoggable(Level.WARNING);
	}

}
