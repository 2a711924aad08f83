package io.freehold.spi;

/**
 * What a backend may implement beside {@link GlobalAlloc} if it knows how much memory it
 * holds. The figures are approximate while other threads allocate.
 */
public interface MemoryUsage {

	/**
	 * Returns the bytes the backend holds from the operating system.
	 * @return bytes, live and cached ones
	 */
	long committedBytes();

	/**
	 * Returns the bytes of the committed ones that are free and kept for later use.
	 * @return bytes
	 */
	long cachedBytes();

	/**
	 * Returns the bytes of address space the backend holds, committed or not.
	 * @return bytes
	 * @implSpec the committed ones
	 */
	default long reservedBytes() {
		return committedBytes();
	}

	/**
	 * Returns the bytes of the committed ones that blocks are in, with what was added to
	 * their sizes to make them fit.
	 * @return bytes
	 * @implSpec the committed ones that are not cached
	 */
	default long liveBytes() {
		return committedBytes() - cachedBytes();
	}

	/**
	 * Returns cached memory to the operating system, as far as that is possible at once.
	 * @implSpec does nothing
	 */
	default void trim() {
	}

}
