package io.freehold.global;

import io.freehold.held.ExplainingAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

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
	@Nullable ExplainingAlloc explaining() {
		return (Global.backend() instanceof ExplainingAlloc explaining) ? explaining : null;
	}

	@Override
	public String toString() {
		return "Global";
	}

}
