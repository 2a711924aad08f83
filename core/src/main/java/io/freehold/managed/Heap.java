package io.freehold.managed;

import io.freehold.Allocator;

/**
 * An allocator for blocks that are freed one by one, or all at once when it closes: the
 * memory of something that lives long and is one of many.
 *
 * <p>
 * A heap is opened on a managed allocator, whose budget and statistics its blocks count
 * in. It sees the same misuse; a block of the heap is another allocator's for the one it
 * was opened on, and the other way round. A heap without blocks costs next to nothing,
 * and closing it takes a time that depends on its own blocks only, however many others
 * there are.
 *
 * <p>
 * If the allocator it was opened on closes first, the heap closes with it.
 *
 * <p>
 * All methods may be called by any number of threads, virtual ones included.
 */
public sealed interface Heap extends Allocator, AutoCloseable permits NodeHeap {

	/**
	 * Returns how many bytes the live blocks have, those included that are just being
	 * allocated.
	 * @return the bytes
	 */
	long used();

	/**
	 * Returns whether this heap is open: neither closed nor closing.
	 * @return whether it is open
	 */
	boolean isOpen();

	/**
	 * Returns whether this heap is closed for good: all its blocks have been returned.
	 * @return whether it is closed
	 */
	boolean isClosed();

	/**
	 * Closes this heap. From now on allocations fail with reason {@code CLOSED}; then
	 * every segment that was handed out becomes inaccessible; only then every block goes
	 * back to the backend, exactly once. Blocks that were still live are no leak.
	 *
	 * <p>
	 * Revoking the segments of a heap that has ever had a block costs a handshake with
	 * all threads. If a native call holds a segment at that moment, nothing is returned
	 * early: this method returns with the heap closing, and the close is completed when
	 * it can be. A second close does nothing.
	 */
	@Override
	void close();

}
