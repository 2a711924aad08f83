package io.freehold.region;

import java.lang.foreign.Arena;

import io.freehold.Allocator;

/**
 * An allocator for blocks that all end together.
 *
 * <p>
 * A region takes chunks from its parent and carves blocks off them by moving a cursor.
 * Freeing a block gives its memory back only if it is the last one, or one so large that
 * it has a chunk of its own; all the rest comes back with {@link #reset()}, the end of a
 * {@link #mark()} or {@link #close()}. After any of these no segment taken since can be
 * read or written: access throws {@link IllegalStateException}. The parent's budget is
 * charged for the chunks, until they go back.
 *
 * <p>
 * A region whose work fits its first chunk, and that is reset and used again, takes
 * nothing from its parent.
 *
 * <p>
 * There are two kinds, which differ in who may use them. A <em>confined</em> region
 * belongs to the thread that opened it: the region and its segments throw
 * {@link WrongThreadException} elsewhere, and closing costs nanoseconds. A
 * <em>shared</em> region may be used, reset and closed by any thread, one at a time;
 * revoking its segments costs a handshake with every thread of the JVM (tens of
 * microseconds).
 *
 * <p>
 * Misuse that a region sees: blocks that do not lie in its chunks, blocks behind the
 * cursor, and blocks whose lifetime has ended. It keeps no record of the blocks it
 * carved, so that it trusts the layouts it is given.
 *
 * <p>
 * If its parent closes first, the region closes with it; a confined one, whose segments
 * only its own thread can revoke, as soon as that thread closes it or has died.
 */
public sealed interface Region extends Allocator, AutoCloseable permits BumpRegion {

	/**
	 * Ends all blocks, marks and arenas of this region at once, and makes it as good as
	 * new. The largest chunk is kept for what comes next.
	 * @throws IllegalStateException if a native call holds a segment of this region: what
	 * is not ended then is as it was
	 * @throws io.freehold.AllocationException if the region is closed
	 */
	void reset();

	/**
	 * Sets a mark. Closing it ends all blocks taken since, and the marks and arenas too,
	 * and moves the cursor back; blocks taken before remain. A block that was resized
	 * since counts as taken since, even if it was first taken before. Marks nest.
	 * @return the mark, to be closed in a try-with-resources statement
	 * @throws io.freehold.AllocationException if the region is closed
	 */
	Mark mark();

	/**
	 * Opens an arena for code that wants one. It takes its memory from this region and
	 * keeps every rule of {@link Arena}: its segments are zeroed and have a scope of
	 * their own, which ends when the arena is closed, or before that when the region is
	 * reset or closed or an enclosing mark ends.
	 * @return an arena, confined or shared like the region
	 * @throws io.freehold.AllocationException if the region is closed
	 */
	Arena asArena();

	/**
	 * Ends all blocks, marks and arenas, and gives all chunks back. A second close does
	 * nothing. If a native call holds a segment of a shared region, the close is
	 * completed when that call is over; nothing goes back before.
	 * @throws IllegalStateException if this region is confined and a native call of this
	 * very thread holds a segment of it: nothing is closed then
	 */
	@Override
	void close();

	/**
	 * A point in a region's life to which it can return.
	 */
	interface Mark extends AutoCloseable {

		/**
		 * Ends everything taken from the region since this mark was set. Does nothing if
		 * the mark has ended already, with an outer one or with a reset.
		 * @throws IllegalStateException if a native call holds a segment taken since
		 */
		@Override
		void close();

	}

	/**
	 * Opens a region that belongs to the calling thread.
	 * @param source where its chunks come from
	 * @return the region
	 */
	static Region confined(ChunkSource source) {
		return new ConfinedRegion(source);
	}

	/**
	 * Opens a region that any thread may use.
	 * @param source where its chunks come from
	 * @return the region
	 */
	static Region shared(ChunkSource source) {
		return new SharedRegion(source);
	}

}
