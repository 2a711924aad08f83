package io.freehold.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The allocation functions of the C library. Pointers are {@code long}s, null is 0.
 *
 * <p>
 * The downcalls are ordinary ones: {@code malloc} may map memory or wait for a lock, so
 * that a critical downcall, which keeps the JVM from reaching a safepoint, is out of the
 * question.
 */
@SuppressWarnings("restricted")
public final class Libc {

	private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

	private static final MemoryLayout MALLINFO2 = MemoryLayout.structLayout(WORD.withName("arena"),
			WORD.withName("ordblks"), WORD.withName("smblks"), WORD.withName("hblks"), WORD.withName("hblkhd"),
			WORD.withName("usmblks"), WORD.withName("fsmblks"), WORD.withName("uordblks"), WORD.withName("fordblks"),
			WORD.withName("keepcost"));

	/** After so many calls the JDK spins a class for a method handle. */
	private static final int CALLS_BEFORE_SPINNING = 160;

	private final MethodHandle malloc;

	private final MethodHandle calloc;

	private final MethodHandle realloc;

	private final MethodHandle alignedAlloc;

	private final MethodHandle free;

	private final @Nullable MethodHandle mallinfo2;

	/**
	 * Looks the functions up.
	 * @throws IllegalCallerException if native access is denied
	 * @throws UnsupportedOperationException if the C library lacks one of them
	 */
	public Libc() {
		Linker linker = Linker.nativeLinker();
		SymbolLookup library = linker.defaultLookup();
		this.malloc = find(linker, library, "malloc", FunctionDescriptor.of(WORD, WORD));
		this.calloc = find(linker, library, "calloc", FunctionDescriptor.of(WORD, WORD, WORD));
		this.realloc = find(linker, library, "realloc", FunctionDescriptor.of(WORD, WORD, WORD));
		this.alignedAlloc = find(linker, library, "aligned_alloc", FunctionDescriptor.of(WORD, WORD, WORD));
		this.free = find(linker, library, "free", FunctionDescriptor.ofVoid(WORD));
		MemorySegment mallinfo2 = library.find("mallinfo2").orElse(null);
		this.mallinfo2 = (mallinfo2 != null) ? downcall(linker, mallinfo2, FunctionDescriptor.of(MALLINFO2)) : null;
		for (int i = 0; i < CALLS_BEFORE_SPINNING; i++) {
			// nothing that the JDK does for the first calls is left to be done when
			// memory
			// or stack is short
			free(realloc(malloc(1), 2));
			free(calloc(1));
			free(alignedAlloc(Long.BYTES, Long.BYTES));
		}
	}

	private static MethodHandle find(Linker linker, SymbolLookup library, String name, FunctionDescriptor descriptor) {
		MemorySegment address = library.find(name).orElse(null);
		if (address == null) {
			throw new UnsupportedOperationException("the C library has no function " + name);
		}
		return downcall(linker, address, descriptor);
	}

	private static MethodHandle downcall(Linker linker, MemorySegment address, FunctionDescriptor descriptor) {
		try {
			// SAFETY: the descriptors are those of the C standard and of glibc; size_t
			// and
			// pointers have 64 bits
			return linker.downcallHandle(address, descriptor);
		}
		catch (IllegalCallerException ex) {
			throw NativeAccess.denied(ex);
		}
	}

	public long malloc(long size) {
		try {
			return (long) this.malloc.invokeExact(size);
		}
		catch (Throwable ex) {
			throw failed("malloc", ex);
		}
	}

	public long calloc(long size) {
		try {
			return (long) this.calloc.invokeExact(1L, size);
		}
		catch (Throwable ex) {
			throw failed("calloc", ex);
		}
	}

	public long realloc(long address, long size) {
		try {
			return (long) this.realloc.invokeExact(address, size);
		}
		catch (Throwable ex) {
			throw failed("realloc", ex);
		}
	}

	public long alignedAlloc(long alignment, long size) {
		try {
			return (long) this.alignedAlloc.invokeExact(alignment, size);
		}
		catch (Throwable ex) {
			throw failed("aligned_alloc", ex);
		}
	}

	public void free(long address) {
		try {
			this.free.invokeExact(address);
		}
		catch (Throwable ex) {
			throw failed("free", ex);
		}
	}

	/**
	 * Returns what the allocator of the C library holds, for all its users in the
	 * process: the JVM's own native memory is among it. Empty where the library does not
	 * tell.
	 */
	public Optional<Usage> usage() {
		MethodHandle function = this.mallinfo2;
		if (function == null) {
			return Optional.empty();
		}
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment info = (MemorySegment) function.invokeExact((SegmentAllocator) arena);
			return Optional.of(new Usage(field(info, "arena") + field(info, "hblkhd"), field(info, "fordblks")));
		}
		catch (Throwable ex) {
			throw failed("mallinfo2", ex);
		}
	}

	private static long field(MemorySegment info, String name) {
		return info.get(WORD, MALLINFO2.byteOffset(MemoryLayout.PathElement.groupElement(name)));
	}

	private static AssertionError failed(String function, Throwable cause) {
		if (cause instanceof Error error) {
			throw error;
		}
		return new AssertionError("a downcall of " + function + " threw", cause);
	}

	/**
	 * The memory of the C library's allocator.
	 *
	 * @param committed bytes obtained from the operating system
	 * @param cached bytes of it that are free
	 */
	public record Usage(long committed, long cached) {

	}

}
