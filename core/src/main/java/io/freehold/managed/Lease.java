package io.freehold.managed;

import org.jspecify.annotations.Nullable;

/**
 * A tie between a node and something that was opened on it, and that has to be closed
 * before the node is.
 */
abstract class Lease {

	/**
	 * Where this is listed; null when it is not. Set by whoever opens, before the lease
	 * is shared, and cleared under the lock of the list.
	 */
	Leases.@Nullable Stripe stripe;

	/** The neighbours in the list. Guarded by its lock. */
	@Nullable Lease previous;

	@Nullable Lease next;

	/**
	 * Refuses new requests from now on, and makes every segment inaccessible if that is
	 * possible at this moment. Waits for nothing.
	 * @return whether no segment can be accessed any more, or why not
	 */
	abstract PendingClose.Outcome tryRevoke();

}
