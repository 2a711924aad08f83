package io.freehold.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

/**
 * Memory of the JDK's arenas, for where native access is denied: nothing here is
 * restricted. What is lost is that pages cannot be given back one by one, but only with
 * the whole of what was mapped.
 */
final class ArenaMemory implements VirtualMemory {

	/*
	 * An address cannot be turned into a segment here, only a segment be sliced. So all
	 * that is mapped in this way is kept where it can be found by address.
	 */

	private static final ConcurrentSkipListMap<Long, Mapping> MAPPINGS = new ConcurrentSkipListMap<>();

	private static final int PAGE_SIZE = 4096;

	/** Smaller than elsewhere, for all of it is touched at once. */
	private static final long CHUNK_SIZE = 4 << 20;

	private record Mapping(Arena arena, MemorySegment segment) {

	}

	/**
	 * Returns the part of a mapping that an address and a size denote, or null if there
	 * is none.
	 */
	static @Nullable MemorySegment find(long address, long size) {
		Map.Entry<Long, Mapping> entry = MAPPINGS.floorEntry(address);
		if (entry == null) {
			return null;
		}
		MemorySegment segment = entry.getValue().segment();
		long offset = address - entry.getKey();
		return (size >= 0 && size <= segment.byteSize() - offset) ? segment.asSlice(offset, size) : null;
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
		Arena arena = Arena.ofShared();
		long address = 0;
		try {
			MemorySegment segment = arena.allocate(size, alignment);
			address = segment.address();
			MAPPINGS.put(address, new Mapping(arena, segment));
			return address;
		}
		catch (OutOfMemoryError | IllegalArgumentException ex) {
			if (address != 0) {
				MAPPINGS.remove(address);
			}
			arena.close();
			return 0;
		}
	}

	@Override
	public boolean unmap(long address, long size) {
		Mapping mapping = MAPPINGS.remove(address);
		if (mapping == null) {
			return false;
		}
		try {
			mapping.arena().close();
			return true;
		}
		catch (IllegalStateException ex) {
			// held by a native call
			MAPPINGS.put(address, mapping);
			return false;
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
