package io.freehold.managed;

/**
 * Told of allocators that come and go, and of changes to their limits. The calls come
 * from the thread that creates or closes the allocator, that of a close while its
 * ancestors are being closed; they must not throw. An allocator that is created while a
 * listener is being registered may be announced twice.
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

	/**
	 * The limit of an allocator's budget was set.
	 * @param allocator the allocator
	 */
	default void limitChanged(ManagedAllocator allocator) {
	}

}
