package io.freehold.held;

import io.freehold.spi.GlobalAlloc;

/**
 * A backend that records the owner, size and alignment of each block itself, so that
 * managed allocators keep no table beside it. A backend that wraps such a one keeps this
 * by implementing this interface too.
 */
public interface OwningAlloc extends GlobalAlloc {

	/**
	 * Creates an owner.
	 * @return the owner, which holds nothing yet
	 */
	Owner newOwner();

}
