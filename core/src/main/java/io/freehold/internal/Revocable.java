package io.freehold.internal;

/**
 * Something whose segments can be made inaccessible by whoever lent it memory.
 */
public interface Revocable {

	/**
	 * Refuses new requests from now on, and makes every segment inaccessible if that is
	 * possible at this moment. May be called by any thread, and again after it failed.
	 * @return whether no segment can be accessed any more
	 */
	boolean tryRevoke();

}
