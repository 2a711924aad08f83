package io.freehold.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.freehold.internal.sync.PolledLock;

import org.jspecify.annotations.Nullable;

/**
 * Memory of the JDK's arenas, for where native access is denied: nothing here is
 * restricted. What is lost is that pages cannot be given back one by one, but only with
 * the whole of what was mapped.
 */
final class ArenaMemory implements VirtualMemory {

	/*
	 * An address cannot be turned into a segment here, only a segment be sliced. So all
	 * that is mapped in this way is kept where it can be found by address: in an array in
	 * ascending order, which is replaced when something is mapped. What is unmapped stays
	 * in it, marked as gone, until then: to unmap takes no heap, nor does to find.
	 */

	private static final int PAGE_SIZE = 4096;

	/** Smaller than elsewhere, for all of it is touched at once. */
	private static final long CHUNK_SIZE = 4 << 20;

	private static final PolledLock LOCK = new PolledLock();

	/** Replaced under the lock, read by anyone. */
	private static volatile Mapping[] mappings = {};

	/** A mapping, which is there from before its addresses are handed out. */
	private static final class Mapping {

		private final Arena arena;

		private final MemorySegment segment;

		private final long start;

		private final long end;

		/** Written under the lock, read by anyone. */
		private volatile boolean gone;

		Mapping(Arena arena, MemorySegment segment) {
			this.arena = arena;
			this.segment = segment;
			this.start = segment.address();
			this.end = this.start + segment.byteSize();
		}

	}

	/**
	 * Returns the mapping that a range lies in, or null if there is none.
	 */
	static @Nullable MemorySegment around(long address, long size) {
		Mapping mapping = find(address);
		return (mapping != null && size >= 0 && size <= mapping.end - address) ? mapping.segment : null;
	}

	private static @Nullable Mapping find(long address) {
		Mapping[] sorted = mappings;
		int low = 0;
		int high = sorted.length;
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (sorted[middle].start <= address) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		Mapping mapping = (low > 0) ? sorted[low - 1] : null;
		return (mapping != null && !mapping.gone && address <= mapping.end) ? mapping : null;
	}

	/** Puts a mapping in its place, and drops those that are gone. */
	private static void add(Mapping added) {
		LOCK.lock();
		try {
			Mapping[] old = mappings;
			int count = 1;
			for (Mapping mapping : old) {
				count += mapping.gone ? 0 : 1;
			}
			Mapping[] sorted = new Mapping[count];
			int next = 0;
			boolean placed = false;
			for (Mapping mapping : old) {
				if (!mapping.gone) {
					if (!placed && mapping.start > added.start) {
						sorted[next++] = added;
						placed = true;
					}
					sorted[next++] = mapping;
				}
			}
			if (!placed) {
				sorted[next] = added;
			}
			mappings = sorted;
		}
		finally {
			LOCK.unlock();
		}
	}

	@Override
	public int pageSize() {
		return PAGE_SIZE;
	}

	@Override
	public long chunkSize() {
		return CHUNK_SIZE;
	}

	@Override
	public boolean canDiscard() {
		return false;
	}

	@Override
	public long map(long size, long alignment) {
		Arena arena = null;
		try {
			arena = Arena.ofShared();
			Mapping mapping = new Mapping(arena, arena.allocate(size, alignment));
			add(mapping);
			return mapping.start;
		}
		catch (OutOfMemoryError | IllegalArgumentException ex) {
			// of the heap, or of direct memory
			if (arena != null) {
				arena.close();
			}
			return 0;
		}
	}

	@Override
	public boolean unmap(long address, long size) {
		LOCK.lock();
		try {
			Mapping mapping = find(address);
			if (mapping == null || mapping.start != address) {
				return false;
			}
			// before the addresses can be another mapping's
			mapping.gone = true;
			try {
				mapping.arena.close();
			}
			catch (Throwable ex) {
				// held by a native call, mostly
				mapping.gone = !mapping.arena.scope().isAlive();
			}
			return mapping.gone;
		}
		finally {
			LOCK.unlock();
		}
	}

	@Override
	public boolean discard(long address, long size) {
		return false;
	}

	@Override
	public boolean resize(long address, long size, long newSize) {
		return false;
	}

	@Override
	public boolean canMove() {
		return false;
	}

	@Override
	public boolean move(long address, long size, long target, long targetSize) {
		return false;
	}

}
