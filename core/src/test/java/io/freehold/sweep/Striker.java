package io.freehold.sweep;

import org.jspecify.annotations.Nullable;

/**
 * Performs operations where something is missing: heap, stack, or native memory.
 */
interface Striker {

	/**
	 * Performs an operation.
	 * @param point how much there is, or what is missing
	 * @return what it threw, null if nothing
	 */
	@Nullable Throwable strike(int point, Operation operation, Scene scene);

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

	/** Releases what was withheld, called by another thread when an operation hangs. */
	default void release() {
	}

}
