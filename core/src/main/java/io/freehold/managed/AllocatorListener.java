package io.freehold.managed;

/**
 * Told of allocators that come and go. The calls come from the thread that creates or
 * closes the allocator; they must not throw.
 */
public interface AllocatorListener {

	/**
	 * An allocator exists.
	 * @param allocator the allocator
	 */
	void opened(ManagedAllocator allocator);

	/**
	 * An allocator has closed and all its memory has been returned.
	 * @param allocator the allocator
	 */
	void closed(ManagedAllocator allocator);

}
