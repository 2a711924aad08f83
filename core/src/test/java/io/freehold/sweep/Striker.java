package io.freehold.sweep;

import org.jspecify.annotations.Nullable;

/**
 * Performs operations where something is missing: heap, stack, or native memory.
 */
interface Striker {

	/**
	 * Performs an operation.
	 * @param point how much there is, or what is missing
	 * @param operation the operation
	 * @return what it threw, null if nothing
	 */
	@Nullable Throwable strike(int point, Runnable operation);

	/**
	 * Returns the point after another one.
	 * @param point the last point
	 * @param many whether an operation needs so much that not every point is tried
	 */
	default int next(int point, boolean many) {
		return point + 1;
	}

	/**
	 * Returns how many successes in a row end a sweep.
	 */
	int successes();

	/**
	 * Returns whether a throwable is what this throws by itself, or what operations may
	 * throw instead.
	 */
	boolean isOurs(Throwable thrown);

	/**
	 * Returns whether the last operation had all that it needed.
	 * @param succeeded whether it had its full effect
	 */
	default boolean hadAll(boolean succeeded) {
		return succeeded;
	}

	/**
	 * Returns whether an operation that succeeded may have taken less memory than usual.
	 */
	default boolean mayTakeLess() {
		return false;
	}

	/** Releases what was withheld, called by another thread when an operation hangs. */
	default void release() {
	}

}
