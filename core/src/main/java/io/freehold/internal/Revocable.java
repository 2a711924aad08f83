package io.freehold.internal;

/**
 * Something whose segments can be made inaccessible by the one that lent it memory.
 */
public interface Revocable {

	/**
	 * Refuses new requests from now on, and makes every segment inaccessible if that is
	 * possible at this moment. Waits for nothing. May be called by any thread, and again
	 * after it failed.
	 * @return whether no segment can be accessed any more
	 */
	boolean tryRevoke();

	/**
	 * Returns whether a call is in flight, so that it is worth to try again soon.
	 */
	default boolean isBusy() {
		return false;
	}

}
