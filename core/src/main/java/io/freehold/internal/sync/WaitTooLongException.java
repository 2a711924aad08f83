package io.freehold.internal.sync;

/**
 * A wait has lasted so long that it is given up. Nothing has changed.
 */
public final class WaitTooLongException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param wait the wait
	 */
	public WaitTooLongException(Wait wait) {
		super(wait.toString());
	}

}
