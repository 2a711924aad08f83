package io.freehold.stress;

import java.util.HashMap;
import java.util.Map;

import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * A backend over another that has a bug, and shows it now and then. Its bugs destroy
 * nothing but the content of its own blocks, so that tests of tests can go on. Safe for
 * use by any number of threads.
 */
public final class FaultyAlloc implements GlobalAlloc {

	private final GlobalAlloc delegate;

	private final Fault fault;

	private final int period;

	/** Guarded by this. */
	private long calls;

	/** Where two blocks are to lie, of which one is handed out. Guarded by this. */
	private @Nullable Shared half;

	/** By the addresses of blocks. Guarded by this. */
	private final Map<Long, Shared> shared = new HashMap<>();

	/**
	 * Creates a backend with a bug.
	 * @param delegate does the work
	 * @param fault the bug
	 * @param period every how many calls it can show
	 */
	public FaultyAlloc(GlobalAlloc delegate, Fault fault, int period) {
		this.delegate = delegate;
		this.fault = fault;
		this.period = period;
	}

	private boolean strikes(Fault wanted) {
		return this.fault == wanted && ++this.calls % this.period == 0;
	}

	@Override
	public synchronized long allocate(long size, long alignment) {
		Shared first = this.half;
		if (first != null && first.size == size && first.alignment == alignment) {
			this.half = null;
			return first.second(this.shared);
		}
		long distance = switch (this.fault) {
			case HANDED_OUT_TWICE -> 0;
			case OVERLAP -> (size - 1) & -alignment;
			default -> -1;
		};
		if (distance >= 0 && first == null && strikes(this.fault)) {
			long address = this.delegate.allocate(distance + size, alignment);
			Shared place = new Shared(address, size, alignment, distance);
			this.half = place;
			this.shared.put(address, place);
			return address;
		}
		if (alignment > 1 && strikes(Fault.MISALIGNED)) {
			long address = this.delegate.allocate(size + alignment / 2, alignment);
			this.shared.put(address + alignment / 2, new Shared(address, size, alignment, alignment / 2));
			return address + alignment / 2;
		}
		return this.delegate.allocate(size, alignment);
	}

	@Override
	public synchronized long allocateZeroed(long size, long alignment) {
		long address = this.delegate.allocateZeroed(size, alignment);
		if (strikes(Fault.NOT_ZEROED)) {
			Pattern.invert(address + size - 1);
		}
		return address;
	}

	@Override
	public synchronized void deallocate(long address, long size, long alignment) {
		Shared place = this.shared.get(address);
		if (place == null) {
			this.delegate.deallocate(address, size, alignment);
		}
		else if (--place.users == 0) {
			this.shared.remove(place.address);
			this.shared.remove(place.address + place.distance);
			if (this.half == place) {
				this.half = null;
			}
			this.delegate.deallocate(place.address, place.distance + place.size, place.alignment);
		}
	}

	@Override
	public synchronized long reallocate(long address, long oldSize, long alignment, long newSize) {
		if (strikes(Fault.REFUSAL_CHANGES)) {
			Pattern.invert(address);
			return 0;
		}
		long moved = GlobalAlloc.super.reallocate(address, oldSize, alignment, newSize);
		if (strikes(Fault.REALLOCATION_LOSES_A_BYTE)) {
			Pattern.invert(moved + Math.min(oldSize, newSize) - 1);
		}
		return moved;
	}

	@Override
	public String name() {
		return this.delegate.name() + " with the fault " + this.fault;
	}

	/** The bugs there are. */
	public enum Fault {

		/** Two live blocks are the same. */
		HANDED_OUT_TWICE,

		/** The end of a live block is the beginning of another. */
		OVERLAP,

		/** A block is aligned to half of what was asked for. */
		MISALIGNED,

		/** The last byte of zeroed memory is not zero. */
		NOT_ZEROED,

		/** The last byte that both sizes cover is not kept. */
		REALLOCATION_LOSES_A_BYTE,

		/** A reallocation is refused, and the old block's first byte changes. */
		REFUSAL_CHANGES

	}

	/** The place of one or two blocks of the same size. */
	private static final class Shared {

		private final long address;

		private final long size;

		private final long alignment;

		private final long distance;

		private int users = 1;

		Shared(long address, long size, long alignment, long distance) {
			this.address = address;
			this.size = size;
			this.alignment = alignment;
			this.distance = distance;
		}

		long second(Map<Long, Shared> shared) {
			this.users++;
			shared.put(this.address + this.distance, this);
			return this.address + this.distance;
		}

	}

}
