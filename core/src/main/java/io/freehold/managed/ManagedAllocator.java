package io.freehold.managed;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.freehold.Allocator;
import io.freehold.budget.Budget;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stats.AllocatorStats;

/**
 * An allocator with a name, a budget, statistics and an end: a node in the tree through
 * which everything that holds native memory can be found.
 *
 * <p>
 * <b>Budget.</b> A child's bytes count against every ancestor. A limit is never exceeded,
 * and nothing is refused that truly fits. The refusal names every level on the path and
 * the biggest holders where it did not fit.
 *
 * <p>
 * <b>Ownership.</b> Every live block's owner, size and alignment are known, out of reach
 * of writes through any block. So all misuse that can be told from them is caught,
 * whatever the backend: blocks freed twice, never allocated, or another allocator's;
 * addresses inside a block; layouts other than the recorded one. A refused call changes
 * nothing.
 *
 * <p>
 * <b>Lifetime.</b> {@link #close()} refuses new allocations, then makes every segment
 * inaccessible, and only then returns the blocks, each exactly once. Where native access
 * is denied to Freehold segments stay accessible until their memory goes back to the
 * operating system.
 *
 * <p>
 * All methods may be called by any number of threads, virtual ones included.
 */
public interface ManagedAllocator extends Allocator, AutoCloseable {

	/**
	 * Creates the root of a new tree.
	 * @param backend where the memory comes from; it stays open when the tree is closed
	 * @param spec sets up the root
	 * @return an allocator named {@code root}
	 * @throws IllegalArgumentException if the specification is not valid
	 */
	static ManagedAllocator root(GlobalAlloc backend, Consumer<AllocatorSpec> spec) {
		return Node.root(backend, AllocatorSpec.of("root", spec));
	}

	/**
	 * Returns the path from the root, such as {@code root/image-cache}.
	 * @return the path
	 */
	String name();

	/**
	 * Returns the label that tells what this allocator is for, such as {@code request};
	 * the parent's unless it was given one of its own.
	 * @return the label, empty if neither it nor any ancestor was given one
	 */
	String scope();

	/**
	 * Returns the name of the backend behind the tree.
	 * @return the name
	 */
	String backend();

	/**
	 * Returns the parent.
	 * @return the parent, empty for the root
	 */
	Optional<ManagedAllocator> parent();

	/**
	 * Returns the children that are not closed, in the order in which they were created.
	 * @return a snapshot
	 */
	List<ManagedAllocator> children();

	/**
	 * Creates a child.
	 * @param name the last part of its path: unique among its siblings, not blank, and
	 * without slashes
	 * @param spec sets it up
	 * @return the child, open until it or an ancestor is closed
	 * @throws IllegalArgumentException if the name or the specification is not valid
	 * @throws IllegalStateException if this allocator is closed, or has 500 ancestors
	 */
	ManagedAllocator child(String name, Consumer<AllocatorSpec> spec);

	/**
	 * Creates a child that is spoken to in raw addresses, to be installed as the
	 * process-wide backend. What it gives out counts as this tree's but outlives it:
	 * closing the tree neither returns the child's blocks nor ends its service, since
	 * users of raw addresses do not know the tree.
	 * @param name the last part of the child's path
	 * @param spec sets the child up
	 * @return the child's door for raw addresses; it is named like the backend
	 * @throws IllegalArgumentException if the name or the specification is not valid
	 * @throws IllegalStateException if this allocator is closed, or has 500 ancestors
	 */
	GlobalAlloc childBackend(String name, Consumer<AllocatorSpec> spec);

	/**
	 * Returns the budget of this allocator and its descendants. Its limit can be changed
	 * at any time.
	 * @return the budget, always the same
	 */
	Budget budget();

	/**
	 * Returns what this allocator has done, its descendants not included.
	 * @return a snapshot
	 */
	AllocatorStats stats();

	/**
	 * Opens a region that belongs to the calling thread.
	 * @return a region, open until it or this allocator is closed
	 * @throws io.freehold.AllocationException if this allocator is closed
	 */
	Region openRegion();

	/**
	 * Opens a region that any thread may use, at the price of a handshake with all
	 * threads when it is reset or closed.
	 * @return a region, open until it or this allocator is closed
	 * @throws io.freehold.AllocationException if this allocator is closed
	 */
	Region openSharedRegion();

	/**
	 * Opens a heap: an allocator whose blocks are freed one by one, or all at once when
	 * it closes. Any thread may use and close it.
	 * @return a heap, open until it or this allocator is closed
	 * @throws io.freehold.AllocationException if this allocator is closed
	 */
	Heap openHeap();

	/**
	 * Registers an observer of this allocator and its descendants; it is told at once of
	 * those that exist. What it throws then is thrown here, and it is not registered;
	 * what it throws later is logged.
	 * @param listener the observer
	 */
	void addListener(AllocatorListener listener);

	/**
	 * Unregisters an observer, that is told of nothing more.
	 * @param listener the observer
	 */
	void removeListener(AllocatorListener listener);

	/**
	 * Returns whether this allocator is open: neither closed nor closing.
	 * @return whether it is open
	 */
	boolean isOpen();

	/**
	 * Returns whether this allocator is closed for good: all its memory has been
	 * returned.
	 * @return whether it is closed
	 */
	boolean isClosed();

	/**
	 * Closes this allocator, its children first. From now on allocations fail with reason
	 * {@code CLOSED}; then every segment that was handed out becomes inaccessible; only
	 * then every block goes back to the backend, exactly once. What was still live is
	 * logged, and counted as leaked unless it was to be expected.
	 *
	 * <p>
	 * If a native call holds a segment at that moment, or a region belongs to another
	 * living thread, nothing is returned early: this method returns with the allocator
	 * closing, and the close is completed when it can be. A second close does nothing.
	 */
	@Override
	void close();

}
