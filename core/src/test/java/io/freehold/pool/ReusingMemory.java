package io.freehold.pool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import io.freehold.internal.VirtualMemory;

/**
 * Memory of the platform in small chunks. On demand it is handed out again at once when
 * it is unmapped, and never goes back: a late write destroys what is there now, and
 * crashes nothing. Nothing is resized or moved in its place.
 */
public final class ReusingMemory implements VirtualMemory {

	/** So small that few blocks fill it. */
	private static final long CHUNK_SIZE = 2 << 20;

	private final VirtualMemory memory = VirtualMemory.ofPlatform();

	private final boolean keeping;

	private final Runnable onMap;

	/** By size; all are aligned to {@link #CHUNK_SIZE}. Guarded by itself. */
	private final Map<Long, Deque<Long>> unmapped = new HashMap<>();

	private volatile boolean refusing;

	/**
	 * Creates memory.
	 * @param keeping whether unmapped memory is handed out again
	 * @param onMap run by each call that is about to return mapped memory
	 */
	public ReusingMemory(boolean keeping, Runnable onMap) {
		this.keeping = keeping;
		this.onMap = onMap;
	}

	/** Refuses to map from now on, or does so no longer. */
	public void setRefusing(boolean refusing) {
		this.refusing = refusing;
	}

	@Override
	public int pageSize() {
		return this.memory.pageSize();
	}

	@Override
	public long chunkSize() {
		return CHUNK_SIZE;
	}

	@Override
	public long map(long size, long alignment) {
		if (this.refusing || alignment > CHUNK_SIZE) {
			return 0;
		}
		long address = remap(size);
		address = (address != 0) ? address : this.memory.map(size, CHUNK_SIZE);
		this.onMap.run();
		return address;
	}

	private long remap(long size) {
		synchronized (this.unmapped) {
			Deque<Long> addresses = this.unmapped.get(size);
			return (addresses != null && !addresses.isEmpty()) ? addresses.pop() : 0;
		}
	}

	@Override
	public boolean unmap(long address, long size) {
		if (!this.keeping) {
			return this.memory.unmap(address, size);
		}
		if (!this.memory.discard(address, size)) {
			return false;
		}
		synchronized (this.unmapped) {
			this.unmapped.computeIfAbsent(size, (_) -> new ArrayDeque<>()).push(address);
		}
		return true;
	}

	@Override
	public boolean discard(long address, long size) {
		return this.memory.discard(address, size);
	}

	@Override
	public boolean resize(long address, long size, long newSize) {
		return false;
	}

	@Override
	public boolean move(long address, long size, long target, long targetSize) {
		return false;
	}

	@Override
	public boolean canMove() {
		return false;
	}

	@Override
	public boolean canDiscard() {
		return true;
	}

}
