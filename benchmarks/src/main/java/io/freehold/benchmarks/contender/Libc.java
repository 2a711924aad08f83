package io.freehold.benchmarks.contender;

import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The allocator of the C library by ordinary downcalls.
 */
final class Libc implements RawAllocator {

	private static final SymbolLookup LIBRARY = Linker.nativeLinker().defaultLookup();

	private static final MethodHandle MALLOC = Downcalls.malloc(LIBRARY, "malloc");

	private static final MethodHandle FREE = Downcalls.free(LIBRARY, "free");

	@Override
	public long allocate(long size) {
		try {
			return (long) MALLOC.invokeExact(size);
		}
		catch (Throwable ex) {
			throw Downcalls.failed(ex);
		}
	}

	@Override
	public void free(long address, long size) {
		try {
			FREE.invokeExact(address);
		}
		catch (Throwable ex) {
			throw Downcalls.failed(ex);
		}
	}

}
