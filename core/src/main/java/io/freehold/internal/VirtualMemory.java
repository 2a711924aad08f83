package io.freehold.internal;

import java.util.Locale;

/**
 * Memory straight from the operating system, in multiples of its pages. A refusal is an
 * answer, never an exception. All methods may be called by any thread.
 */
public interface VirtualMemory {

	/**
	 * Returns the memory of this platform: mapped pages, or, where native access is
	 * denied or the platform is not known, segments of the JDK's own.
	 */
	static VirtualMemory ofPlatform() {
		String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
		if (NativeAccess.GRANTED && (os.startsWith("linux") || os.startsWith("mac"))) {
			return new MappedMemory();
		}
		return new ArenaMemory();
	}

	/**
	 * Returns the size of a page in bytes, a power of two.
	 */
	int pageSize();

	/**
	 * Returns how much to map at once, to be divided later: a power of two.
	 */
	long chunkSize();

	/**
	 * Maps memory that reads as zero.
	 * @param size a multiple of the page size
	 * @param alignment a power of two, no less than the page size
	 * @return the address, or 0 if refused
	 */
	long map(long size, long alignment);

	/**
	 * Gives back memory as it was mapped, or as it was resized.
	 * @return whether it is gone; if not, it is still mapped
	 */
	boolean unmap(long address, long size);

	/**
	 * Gives back the pages of mapped memory, which stays mapped.
	 * @return whether they are gone, and now read as zero; if not, nothing has changed
	 */
	boolean discard(long address, long size);

	/**
	 * Changes the size of a mapping in its place. The bytes that both sizes cover are
	 * kept, new ones read as zero.
	 * @return whether it has the new size now; if not, nothing has changed
	 */
	boolean resize(long address, long size, long newSize);

	/**
	 * Moves the pages of one mapping to the start of another, a larger one that was not
	 * touched; the rest of it still reads as zero.
	 * @return whether they were moved, and the first mapping is gone; if not, the first
	 * is as it was, and the second is no longer the caller's
	 */
	boolean move(long address, long size, long target, long targetSize);

	/**
	 * Returns whether {@link #move} ever works.
	 */
	boolean canMove();

	/**
	 * Returns whether {@link #discard} ever works.
	 */
	boolean canDiscard();

}
