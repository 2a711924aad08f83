package io.freehold.benchmarks.contender;

/**
 * A contender that speaks in addresses.
 */
interface RawAllocator {

	/**
	 * Returns the address of a block, or 0.
	 */
	long allocate(long size);

	/**
	 * Frees a block. The size is for those who want it: users of raw memory know it
	 * anyway.
	 */
	void free(long address, long size);

	/**
	 * Returns an address unless it is 0.
	 */
	static long require(long address) {
		if (address == 0) {
			throw new OutOfMemoryError("a contender refused memory");
		}
		return address;
	}

}
