package io.freehold.global;

import io.freehold.spi.GlobalAlloc;

/**
 * The allocator over whatever backend is installed. There is one.
 */
final class GlobalAllocator extends BackendAllocator {

	static final GlobalAllocator INSTANCE = new GlobalAllocator();

	private GlobalAllocator() {
	}

	@Override
	GlobalAlloc backend() {
		return Global.backend();
	}

	@Override
	public String toString() {
		return "Global";
	}

}
