package io.freehold.spring;

import io.freehold.managed.AllocatorSpec;

/**
 * Adjusts allocators before they are built. Beans of this type are called, in their
 * order, for each allocator that Freehold sets up, after its configuration properties
 * have been applied; {@link AllocatorSpec#name()} tells which one it is.
 */
@FunctionalInterface
public interface AllocatorSpecCustomizer {

	/**
	 * Adjusts one allocator.
	 * @param spec the specification of the allocator
	 */
	void customize(AllocatorSpec spec);

}
