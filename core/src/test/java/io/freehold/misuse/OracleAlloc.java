package io.freehold.misuse;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;

/**
 * What a backend that detects misuse should say: a slow one whose memory is one large
 * piece and whose records are complete. Looks for room from where it last found some, so
 * that memory is not soon used again. Safe for use by any number of threads.
 */
final class OracleAlloc implements GlobalAlloc, AutoCloseable {

	private static final long GRANULE = 16;

	private static final GlobalAlloc SYSTEM = Backends.get("system");

	private final long capacity;

	private final long begin;

	/** Lengths of free ranges by address. Guarded by this. */
	private final TreeMap<Long, Long> free = new TreeMap<>();

	/** Live blocks by address. Guarded by this. */
	private final TreeMap<Long, Layout> live = new TreeMap<>();

	/** Where blocks began that have not been overlaid since. Guarded by this. */
	private final TreeSet<Long> freed = new TreeSet<>();

	/** Guarded by this. */
	private long next;

	OracleAlloc(long capacity) {
		this.capacity = capacity;
		this.begin = SYSTEM.allocate(capacity, 4096);
		if (this.begin == 0) {
			throw new IllegalStateException("no room for " + capacity + " bytes");
		}
		this.free.put(this.begin, capacity);
		this.next = this.begin;
	}

	@Override
	public synchronized long allocate(long size, long alignment) {
		if (size <= 0) {
			throw new IllegalArgumentException("size must be positive: " + size);
		}
		long length = length(size);
		if (length <= 0 || length > this.capacity) {
			return 0;
		}
		long address = find(this.free.tailMap(this.next), length, alignment);
		if (address == 0) {
			address = find(this.free, length, alignment);
		}
		if (address != 0) {
			take(address, length);
			this.freed.subSet(address, address + length).clear();
			this.live.put(address, Layout.of(size, alignment));
			this.next = address + length;
		}
		return address;
	}

	private static long length(long size) {
		return (size + GRANULE - 1) & -GRANULE;
	}

	private static long find(Map<Long, Long> ranges, long length, long alignment) {
		for (Map.Entry<Long, Long> range : ranges.entrySet()) {
			long address = (range.getKey() + alignment - 1) & -Math.max(alignment, GRANULE);
			if (address < range.getKey()) {
				address += GRANULE;
			}
			long gap = address - range.getKey();
			if (gap >= 0 && gap + length <= range.getValue()) {
				return address;
			}
		}
		return 0;
	}

	private void take(long address, long length) {
		Map.Entry<Long, Long> range = this.free.floorEntry(address);
		if (range == null) {
			throw new IllegalStateException("no free range at 0x" + Long.toHexString(address));
		}
		long from = range.getKey();
		long end = from + range.getValue();
		this.free.remove(from);
		if (from < address) {
			this.free.put(from, address - from);
		}
		if (address + length < end) {
			this.free.put(address + length, end - address - length);
		}
	}

	@Override
	public synchronized void deallocate(long address, long size, long alignment) {
		check("free", Kind.DOUBLE_FREE, address, size, alignment);
		remove(address);
	}

	private void remove(long address) {
		Layout layout = this.live.remove(address);
		if (layout == null) {
			throw new IllegalStateException("no block at 0x" + Long.toHexString(address));
		}
		this.freed.add(address);
		long own = length(layout.size());
		long from = address;
		long length = own;
		Map.Entry<Long, Long> below = this.free.lowerEntry(address);
		if (below != null && below.getKey() + below.getValue() == address) {
			from = below.getKey();
			length += below.getValue();
		}
		Long above = this.free.remove(address + own);
		this.free.put(from, length + ((above != null) ? above : 0));
	}

	@Override
	public synchronized long reallocate(long address, long oldSize, long alignment, long newSize) {
		check("reallocate", Kind.USE_AFTER_FREE, address, oldSize, alignment);
		return GlobalAlloc.super.reallocate(address, oldSize, alignment, newSize);
	}

	private void check(String call, Kind stale, long address, long size, long alignment) {
		String what = name() + ": could not " + call + " 0x" + Long.toHexString(address) + " (size " + size
				+ ", alignment " + alignment + ")";
		Map.Entry<Long, Layout> block = this.live.floorEntry(address);
		if (block != null && block.getKey() == address) {
			if (block.getValue().size() != size || block.getValue().alignment() != alignment) {
				throw new MisuseException(Kind.LAYOUT_MISMATCH, what + ": allocated as " + block.getValue());
			}
		}
		else if (block != null && address - block.getKey() < block.getValue().size()) {
			throw new MisuseException(Kind.INTERIOR_POINTER, what + ": inside " + block.getValue());
		}
		else if (this.freed.contains(address)) {
			throw new MisuseException(stale, what + ": freed before");
		}
		else {
			throw new MisuseException(Kind.UNKNOWN_BLOCK, what + ": never allocated");
		}
	}

	/** Frees a live block without asking. */
	synchronized void forget(long address) {
		remove(address);
	}

	/** Returns how many blocks are live. */
	synchronized int live() {
		return this.live.size();
	}

	/** Returns whether live blocks and free ranges are all there is, without overlap. */
	synchronized boolean isValid() {
		TreeMap<Long, Long> ranges = new TreeMap<>(this.free);
		for (Map.Entry<Long, Layout> block : this.live.entrySet()) {
			if (ranges.put(block.getKey(), length(block.getValue().size())) != null) {
				return false;
			}
		}
		long at = this.begin;
		for (Map.Entry<Long, Long> range : ranges.entrySet()) {
			if (range.getKey() != at) {
				return false;
			}
			at += range.getValue();
		}
		return at == this.begin + this.capacity;
	}

	@Override
	public void close() {
		SYSTEM.deallocate(this.begin, this.capacity, 4096);
	}

	@Override
	public String name() {
		return "oracle";
	}

}
