package io.freehold.contract;

import java.lang.foreign.MemorySegment;

/**
 * From the addresses of a backend to segments.
 */
final class RawMemory {

	private RawMemory() {
	}

	@SuppressWarnings("restricted")
	static MemorySegment at(long address, long size) {
		// SAFETY: the caller has just been given these bytes by a backend
		return MemorySegment.ofAddress(address).reinterpret(size);
	}

}
