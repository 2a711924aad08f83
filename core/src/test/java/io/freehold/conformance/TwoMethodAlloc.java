package io.freehold.conformance;

import java.lang.foreign.MemorySegment;

import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;

/**
 * A user's backend: implements the two required methods only, and fills memory with
 * garbage when it comes and when it goes, so that whoever relies on its content is found
 * out.
 */
public final class TwoMethodAlloc implements GlobalAlloc {

	private final GlobalAlloc system = Backends.get("system");

	@Override
	public long allocate(long size, long alignment) {
		long address = this.system.allocate(size, alignment);
		if (address != 0) {
			fill(address, size, (byte) 0xAB);
		}
		return address;
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		fill(address, size, (byte) 0xDE);
		this.system.deallocate(address, size, alignment);
	}

	@SuppressWarnings("restricted")
	private static void fill(long address, long size, byte value) {
		// SAFETY: the bytes are this backend's, not yet or no longer a caller's
		MemorySegment.ofAddress(address).reinterpret(size).fill(value);
	}

}
