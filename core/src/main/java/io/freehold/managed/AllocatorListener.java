package io.freehold.managed;

/**
 * Told of allocators that come and go, and of changes to their limits. The calls come
 * from the thread that creates or closes the allocator, those of a close while it is
 * under way; they must be quick, must not throw and must not wait for another close. An
 * allocator that is created while a listener is being registered may be announced twice.
 */
public interface AllocatorListener {

	/**
	 * An allocator exists.
	 * @param allocator the allocator
	 */
	void opened(ManagedAllocator allocator);

	/**
	 * All memory of an allocator has been returned; it is closed as soon as all are told.
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
