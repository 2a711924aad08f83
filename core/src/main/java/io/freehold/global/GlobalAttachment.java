package io.freehold.global;

/**
 * What attaches an allocator to {@link Global}, see {@link Global#attach}.
 */
public sealed interface GlobalAttachment extends AutoCloseable permits SwitchingAlloc.Entry {

	/**
	 * Has {@code Global} return to the allocator that was attached last of those that are
	 * still attached. What the allocator was set up with is not called any more. A second
	 * call does nothing.
	 */
	@Override
	void close();

}
