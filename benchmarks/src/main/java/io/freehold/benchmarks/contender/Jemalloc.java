package io.freehold.benchmarks.contender;

import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The jemalloc of the LWJGL project by critical downcalls.
 */
final class Jemalloc implements RawAllocator {

	private static final SymbolLookup LIBRARY = Downcalls.bundled("linux/x64/org/lwjgl/jemalloc/libjemalloc.so");

	private static final MethodHandle MALLOC = Downcalls.malloc(LIBRARY, "je_malloc", Linker.Option.critical(false));

	private static final MethodHandle FREE = Downcalls.free(LIBRARY, "je_free", Linker.Option.critical(false));

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
