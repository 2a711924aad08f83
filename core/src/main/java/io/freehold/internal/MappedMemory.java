package io.freehold.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Anonymous private mappings, by {@code mmap} and its relatives on Linux and macOS.
 *
 * <p>
 * The mappings count towards the system's commit limit, so that what can never be had is
 * refused. The downcalls are ordinary ones: they take microseconds and may wait.
 */
@SuppressWarnings("restricted")
final class MappedMemory implements VirtualMemory {

	private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

	private static final long CHUNK_SIZE = 32 << 20;

	private static final long FAILED = -1;

	private static final int PROT_READ_WRITE = 1 | 2;

	private static final int MAP_PRIVATE = 0x2;

	private static final int MAP_FIXED = 0x10;

	private static final int MAP_ANONYMOUS_LINUX = 0x20;

	private static final int MAP_ANONYMOUS_MACOS = 0x1000;

	private static final int MADV_DONTNEED = 4;

	private static final int MREMAP_MAYMOVE = 1;

	private static final int MREMAP_FIXED = 2;

	private static final boolean LINUX = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

	private static final int FLAGS = MAP_PRIVATE | (LINUX ? MAP_ANONYMOUS_LINUX : MAP_ANONYMOUS_MACOS);

	// constants, so that calls are compiled into what calls them

	private static final MethodHandle MMAP = function("mmap", WORD, WORD, WORD, INT, INT, INT, WORD);

	private static final MethodHandle MUNMAP = function("munmap", INT, WORD, WORD);

	private static final MethodHandle MADVISE = function("madvise", INT, WORD, WORD, INT);

	/** Linux only. */
	private static final @Nullable MethodHandle MREMAP = LINUX ? mremap() : null;

	/** After so many calls the JDK spins a class for a method handle. */
	private static final int CALLS_BEFORE_SPINNING = 160;

	private final int pageSize;

	MappedMemory() {
		try {
			this.pageSize = (int) function("getpagesize", INT).invokeExact();
		}
		catch (Throwable ex) {
			throw failed("getpagesize", ex);
		}
		for (int i = 0; i < CALLS_BEFORE_SPINNING; i++) {
			// of length zero, which the system refuses, so that nothing that the JDK does
			// for the first calls is left to be done when memory or stack is short
			unmap(0, 0);
			mmap(0, 0, FLAGS);
			discard(0, 0);
			resize(0, 0, 0);
		}
	}

	private static MethodHandle mremap() {
		Linker linker = Linker.nativeLinker();
		FunctionDescriptor descriptor = FunctionDescriptor.of(WORD, WORD, WORD, WORD, INT, WORD);
		// SAFETY: the descriptor is that of Linux, where the last parameter is variadic
		return linker.downcallHandle(linker.defaultLookup().findOrThrow("mremap"), descriptor,
				Linker.Option.firstVariadicArg(4));
	}

	private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
		Linker linker = Linker.nativeLinker();
		SymbolLookup library = linker.defaultLookup();
		// SAFETY: the descriptors are those of POSIX and of Linux, with pointers and
		// size_t of 64 bits
		return linker.downcallHandle(library.findOrThrow(name), FunctionDescriptor.of(result, parameters));
	}

	@Override
	public int pageSize() {
		return this.pageSize;
	}

	@Override
	public long chunkSize() {
		return CHUNK_SIZE;
	}

	@Override
	public boolean canDiscard() {
		return true;
	}

	@Override
	public long map(long size, long alignment) {
		long address = mmap(0, size, FLAGS);
		if (address == FAILED) {
			return 0;
		}
		if ((address & (alignment - 1)) == 0) {
			return address;
		}
		unmap(address, size);
		return mapWithMargin(size, alignment);
	}

	/** Maps more than is needed, and gives back what is before and behind. */
	private long mapWithMargin(long size, long alignment) {
		long whole = size + alignment - this.pageSize;
		long address = (whole > 0) ? mmap(0, whole, FLAGS) : FAILED;
		if (address == FAILED) {
			return 0;
		}
		long aligned = (address + alignment - 1) & -alignment;
		long before = aligned - address;
		long behind = whole - before - size;
		if (before != 0 && !unmap(address, before)) {
			unmap(address, whole);
			return 0;
		}
		if (behind != 0 && !unmap(aligned + size, behind)) {
			unmap(aligned, size + behind);
			return 0;
		}
		return aligned;
	}

	private long mmap(long address, long size, int flags) {
		try {
			return (long) MMAP.invokeExact(address, size, PROT_READ_WRITE, flags, -1, 0L);
		}
		catch (Throwable ex) {
			throw failed("mmap", ex);
		}
	}

	@Override
	public boolean unmap(long address, long size) {
		try {
			return (int) MUNMAP.invokeExact(address, size) == 0;
		}
		catch (Throwable ex) {
			throw failed("munmap", ex);
		}
	}

	@Override
	public boolean discard(long address, long size) {
		if (!LINUX) {
			// elsewhere the advice does not promise zeros: map anew in the same place
			return mmap(address, size, FLAGS | MAP_FIXED) == address;
		}
		try {
			return (int) MADVISE.invokeExact(address, size, MADV_DONTNEED) == 0;
		}
		catch (Throwable ex) {
			throw failed("madvise", ex);
		}
	}

	@Override
	public boolean resize(long address, long size, long newSize) {
		return remap(address, size, newSize, 0, 0) == address;
	}

	@Override
	public boolean canMove() {
		return LINUX;
	}

	@Override
	public boolean move(long address, long size, long target, long targetSize) {
		// as one mapping, which can be resized again; the target makes room for it first,
		// and nobody knows who has got its addresses if the rest fails
		return remap(address, size, targetSize, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target;
	}

	private long remap(long address, long size, long newSize, int flags, long target) {
		MethodHandle function = MREMAP;
		if (function == null) {
			return FAILED;
		}
		try {
			return (long) function.invokeExact(address, size, newSize, flags, target);
		}
		catch (Throwable ex) {
			throw failed("mremap", ex);
		}
	}

	private static AssertionError failed(String function, Throwable cause) {
		if (cause instanceof Error error) {
			throw error;
		}
		return new AssertionError("a downcall of " + function + " threw", cause);
	}

}
