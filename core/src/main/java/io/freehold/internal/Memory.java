package io.freehold.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

/**
 * Raw memory: from addresses to segments, and the few operations on bytes that backends
 * and allocators need. All sizes are in bytes.
 *
 * <p>
 * Where native access is denied there are segments only of the memory that
 * {@link VirtualMemory} has mapped, and they do not end with an arena; for any other
 * address an {@link IllegalCallerException} names the option to set.
 */
@SuppressWarnings("restricted")
public final class Memory {

	/**
	 * All addresses, of which a slice is made faster than a segment of its own.
	 */
	// SAFETY: never handed out; whoever asks for a slice owns what it covers
	private static final MemorySegment EVERYTHING = NativeAccess.GRANTED
			? MemorySegment.NULL.reinterpret(Long.MAX_VALUE) : MemorySegment.NULL;

	/** Zeros to copy from: unlike to fill a slice, to copy needs no object. */
	private static final MemorySegment ZEROS = MemorySegment.ofArray(new long[1 << 10]);

	private Memory() {
	}

	/**
	 * Returns whether segments end with the arena that they were made for, by whose scope
	 * they can be known.
	 */
	public static boolean revokes() {
		return NativeAccess.GRANTED;
	}

	/**
	 * Returns a segment that is accessible for ever and to every thread. The caller
	 * vouches for the memory.
	 */
	public static MemorySegment segment(long address, long size) {
		if (!NativeAccess.GRANTED) {
			return slice(address, size);
		}
		return EVERYTHING.asSlice(address, size);
	}

	/**
	 * Returns what {@link #segment} does, for a block that may not reach that far yet;
	 * null where there can be no segment of it.
	 */
	public static @Nullable MemorySegment segmentIfMapped(long address, long size) {
		return (NativeAccess.GRANTED || ArenaMemory.around(address, size) != null) ? segment(address, size) : null;
	}

	/**
	 * Returns a segment that is accessible as long as, and to the threads that, the arena
	 * allows. The caller vouches for the memory until the arena is closed.
	 */
	public static MemorySegment segment(long address, long size, Arena arena) {
		if (!NativeAccess.GRANTED) {
			requireAlive(arena.scope());
			return slice(address, size);
		}
		// SAFETY: the caller owns size bytes at address and keeps them until the arena is
		// closed
		return MemorySegment.ofAddress(address).reinterpret(size, arena, null);
	}

	/**
	 * Returns a segment of all addresses, accessible as long as the arena allows; to be
	 * given to {@link #slice} only.
	 */
	public static MemorySegment everything(Arena arena) {
		// SAFETY: whoever asks for a slice owns what it covers; where access is denied
		// the
		// segment only bears the scope
		return NativeAccess.GRANTED ? MemorySegment.NULL.reinterpret(Long.MAX_VALUE, arena, null) : arena.allocate(0);
	}

	/**
	 * Returns a segment that is accessible as long as the arena of {@code everything}
	 * allows, and not at all if that has ended. The caller vouches for the memory until
	 * then.
	 */
	public static MemorySegment slice(MemorySegment everything, long address, long size) {
		if (!NativeAccess.GRANTED) {
			requireAlive(everything.scope());
			return slice(address, size);
		}
		return everything.asSlice(address, size);
	}

	/**
	 * Returns what {@link #slice} does, for a block that may not reach that far yet; null
	 * where there can be no segment of it.
	 */
	public static @Nullable MemorySegment sliceIfMapped(MemorySegment everything, long address, long size) {
		return (NativeAccess.GRANTED || ArenaMemory.around(address, size) != null) ? slice(everything, address, size)
				: null;
	}

	/** As the JDK does where segments are revoked. */
	private static void requireAlive(MemorySegment.Scope scope) {
		if (!scope.isAlive()) {
			throw new IllegalStateException("Already closed");
		}
	}

	private static MemorySegment slice(long address, long size) {
		if (size == 0) {
			// dangling, as blocks of size zero are; there need be nothing there
			return MemorySegment.ofAddress(address);
		}
		MemorySegment mapped = around(address, size);
		return mapped.asSlice(address - mapped.address(), size);
	}

	/**
	 * Zeroes memory that the caller owns. Needs no heap.
	 */
	public static void zero(long address, long size) {
		MemorySegment all = around(address, size);
		long offset = address - all.address();
		long step = ZEROS.byteSize();
		for (long done = 0; done < size; done += step) {
			MemorySegment.copy(ZEROS, 0, all, offset + done, Math.min(step, size - done));
		}
	}

	/**
	 * Copies between two ranges that the caller owns; they may overlap. Needs no heap.
	 */
	public static void copy(long from, long to, long size) {
		MemorySegment source = around(from, size);
		MemorySegment target = around(to, size);
		MemorySegment.copy(source, from - source.address(), target, to - target.address(), size);
	}

	/** Returns a segment that is there already and that a range lies in. */
	private static MemorySegment around(long address, long size) {
		if (NativeAccess.GRANTED) {
			return EVERYTHING;
		}
		MemorySegment mapped = ArenaMemory.around(address, size);
		if (mapped == null) {
			throw NativeAccess.denied(new IllegalCallerException("no memory of Freehold's own"));
		}
		return mapped;
	}

	/**
	 * Copies the first bytes of one block to another. A block is identified by its
	 * address, so that a segment shorter than the block will do; both have to be alive.
	 */
	public static void copy(MemorySegment from, MemorySegment to, long size) {
		if (size != 0) {
			MemorySegment.copy((from.byteSize() >= size) ? from : whole(from, size), 0, to, 0, size);
		}
	}

	/** Returns all of a block that a segment is the beginning of, with its scope. */
	private static MemorySegment whole(MemorySegment beginning, long size) {
		if (!NativeAccess.GRANTED) {
			requireAlive(beginning.scope());
			return slice(beginning.address(), size);
		}
		// SAFETY: the caller has checked that the block has this size; its scope stays
		return beginning.reinterpret(size);
	}

	/**
	 * Returns the first {@code size} bytes of a segment, or the segment itself if it is
	 * no longer.
	 */
	public static MemorySegment prefix(MemorySegment segment, long size) {
		return (segment.byteSize() == size) ? segment : segment.asSlice(0, size);
	}

}
