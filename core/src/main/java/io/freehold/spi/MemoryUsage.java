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

}
