package io.freehold.internal;

/**
 * Something whose segments can be made inaccessible by the one that lent it memory.
 */
public interface Revocable {

	/**
	 * Refuses new requests from now on, and makes every segment inaccessible if that is
	 * possible at this moment. Waits for nothing. May be called by any thread, and again
	 * after it failed.
	 * @return whether no segment can be accessed any more, or why not
	 */
	Outcome tryRevoke();

	/** What an attempt leads to. */
	enum Outcome {

		/** No segment can be accessed any more. */
		REVOKED,

		/** A call of another thread is in flight: it is worth trying again soon. */
		BUSY,

		/** A segment is held by a native call, or only another thread can revoke it. */
		HELD

	}

}
