package io.freehold.region;

import java.util.function.BooleanSupplier;

import io.freehold.AllocationException;
import io.freehold.Layout;

/**
 * Where a region gets its chunks from. The methods are called by whichever thread uses
 * the region, one at a time.
 */
public interface ChunkSource {

	/**
	 * Returns the name under which the region appears in messages.
	 * @return a name
	 */
	String name();

	/**
	 * Returns the size of the first chunk; later ones double.
	 * @return bytes, a positive number
	 */
	long chunkSize();

	/**
	 * Takes a chunk. The region owns it until it gives it back.
	 * @param size its size in bytes
	 * @param alignment its alignment in bytes, a power of two
	 * @return its address, or 0 if it was refused
	 */
	long take(long size, long alignment);

	/**
	 * Explains why the last {@link #take} was refused.
	 * @param layout what the region's user asked for
	 * @return the exception to throw
	 */
	AllocationException refusal(Layout layout);

	/**
	 * Takes a chunk back.
	 * @param address its address
	 * @param size the size it was taken with
	 * @param alignment the alignment it was taken with
	 */
	void give(long address, long size, long alignment);

	/**
	 * Told once, when the region has closed and given everything back.
	 */
	default void closed() {
	}

	/**
	 * Told when the region was closed while a native call held one of its segments, so
	 * that nothing may be given back yet.
	 * @param attempt tries to complete the close; to be called, by any thread, until it
	 * returns true
	 */
	void closeLater(BooleanSupplier attempt);

}
