package io.freehold.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.freehold.Layout;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A backend over another that verifies both sides: that the other gives aligned memory
 * that overlaps no live block, and that the caller gives back each block once, with
 * exactly the size and alignment it was last allocated with. A breach throws
 * {@link IllegalStateException}, is passed on no further, and is remembered until
 * {@link #verifyAllReturned()}. Safe for use by any number of threads.
 */
public final class CheckedAlloc implements GlobalAlloc {

	private final GlobalAlloc delegate;

	/** Live blocks by address. Guarded by this. */
	private final TreeMap<Long, Layout> live = new TreeMap<>();

	/** Guarded by this. */
	private final List<String> breaches = new ArrayList<>();

	/** Guarded by this. */
	private long deallocations;

	/**
	 * Creates a checking backend.
	 * @param delegate does the work
	 */
	public CheckedAlloc(GlobalAlloc delegate) {
		this.delegate = delegate;
	}

	/**
	 * Returns the bytes that were taken and not given back.
	 * @return the bytes
	 */
	public synchronized long liveBytes() {
		return this.live.values().stream().mapToLong(Layout::size).sum();
	}

	/**
	 * Returns how many blocks were given back through {@link #deallocate}.
	 * @return the number
	 */
	public synchronized long deallocations() {
		return this.deallocations;
	}

	/**
	 * Asserts that there was no breach and that no block is left.
	 */
	public synchronized void verifyAllReturned() {
		assertThat(this.breaches).as("breaches of the backend's contract").isEmpty();
		assertThat(this.live).as("blocks not given back").isEmpty();
	}

	@Override
	public synchronized long allocate(long size, long alignment) {
		requireRequest("allocate", size, alignment);
		return enter(this.delegate.allocate(size, alignment), Layout.of(size, alignment));
	}

	@Override
	public synchronized long allocateZeroed(long size, long alignment) {
		requireRequest("allocateZeroed", size, alignment);
		return enter(this.delegate.allocateZeroed(size, alignment), Layout.of(size, alignment));
	}

	@Override
	public synchronized void deallocate(long address, long size, long alignment) {
		requireLive("deallocate", address, size, alignment);
		this.live.remove(address);
		this.deallocations++;
		this.delegate.deallocate(address, size, alignment);
	}

	@Override
	public synchronized long reallocate(long address, long oldSize, long alignment, long newSize) {
		requireRequest("reallocate", newSize, alignment);
		requireLive("reallocate", address, oldSize, alignment);
		long moved = this.delegate.reallocate(address, oldSize, alignment, newSize);
		if (moved != 0) {
			this.live.remove(address);
		}
		return enter(moved, Layout.of(newSize, alignment));
	}

	@Override
	public String name() {
		return this.delegate.name();
	}

	private long enter(long address, Layout layout) {
		if (address == 0) {
			return 0;
		}
		if (address % layout.alignment() != 0) {
			throw breach("the backend answered " + layout + " with 0x" + Long.toHexString(address));
		}
		Map.Entry<Long, Layout> below = this.live.lowerEntry(address + layout.size());
		if (below != null && below.getKey() + below.getValue().size() > address) {
			throw breach("the backend answered " + layout + " with 0x" + Long.toHexString(address)
					+ ", which overlaps the live block at 0x" + Long.toHexString(below.getKey()));
		}
		this.live.put(address, layout);
		return address;
	}

	private void requireRequest(String call, long size, long alignment) {
		if (size <= 0 || Long.bitCount(alignment) != 1 || alignment < 0) {
			// the backend has to report it, so it may see it
			this.breaches.add(call + " was called with size " + size + " and alignment " + alignment);
		}
	}

	private void requireLive(String call, long address, long size, long alignment) {
		@Nullable Layout layout = this.live.get(address);
		String called = call + "(0x" + Long.toHexString(address) + ", " + size + ", " + alignment + ")";
		if (layout == null) {
			throw breach(called + " of a block that is not live");
		}
		if (layout.size() != size || layout.alignment() != alignment) {
			throw breach(called + " of a block with " + layout);
		}
	}

	private IllegalStateException breach(String what) {
		this.breaches.add(what);
		return new IllegalStateException(what);
	}

}
