package io.freehold.managed;

import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * Holdings in a side table, for backends that keep no owners: a hash table in stripes,
 * each under its own monitor. The monitors are held for a few instructions and never
 * while the backend is called.
 */
final class TableHoldings implements Holdings {

	/** For an allocator that any number of threads may use a lot. */
	private static final int MANY_STRIPES = Math
		.clamp(Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 4 - 1) << 1, 8, 128);

	private final GlobalAlloc backend;

	/** As many as a power of two. */
	private final BlockTable[] stripes;

	TableHoldings(GlobalAlloc backend) {
		this(backend, MANY_STRIPES);
	}

	TableHoldings(GlobalAlloc backend, int stripes) {
		this.backend = backend;
		this.stripes = new BlockTable[stripes];
		for (int i = 0; i < stripes; i++) {
			this.stripes[i] = new BlockTable();
		}
	}

	private BlockTable stripe(long address) {
		BlockTable[] stripes = this.stripes;
		return stripes[(int) (BlockTable.hash(address) >>> 40) & (stripes.length - 1)];
	}

	@Override
	public long allocate(long size, long alignment, boolean zeroed) {
		long address = allocateReplacement(size, alignment, zeroed);
		if (address == 0) {
			return 0;
		}
		BlockTable stripe = stripe(address);
		try {
			synchronized (stripe) {
				stripe.reserve();
				stripe.put(address, BlockTable.pack(size, alignment));
			}
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap to remember the block by
			this.backend.deallocate(address, size, alignment);
			throw ex;
		}
		return address;
	}

	@Override
	public @Nullable Held free(long address, long size, long alignment) {
		BlockTable stripe = stripe(address);
		synchronized (stripe) {
			if (!stripe.remove(address, BlockTable.pack(size, alignment))) {
				return held(address, stripe.get(address));
			}
		}
		this.backend.deallocate(address, size, alignment);
		return null;
	}

	@Override
	public @Nullable Held claim(long address, long size, long alignment) {
		BlockTable stripe = stripe(address);
		synchronized (stripe) {
			if (!stripe.remove(address, BlockTable.pack(size, alignment))) {
				return held(address, stripe.get(address));
			}
			stripe.claim();
		}
		return null;
	}

	@Override
	public void restore(long address, long size, long alignment) {
		BlockTable stripe = stripe(address);
		synchronized (stripe) {
			// the claim has kept the slot
			stripe.put(address, BlockTable.pack(size, alignment));
			stripe.settle();
		}
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		return this.backend.reallocate(address, oldSize, alignment, newSize);
	}

	@Override
	public long allocateReplacement(long size, long alignment, boolean zeroed) {
		return zeroed ? this.backend.allocateZeroed(size, alignment) : this.backend.allocate(size, alignment);
	}

	@Override
	public void freeReplaced(long address, long size, long alignment) {
		deallocateOrLog(address, size, alignment);
	}

	/** For steps after which there is no way back, not even from a backend's fault. */
	private void deallocateOrLog(long address, long size, long alignment) {
		try {
			this.backend.deallocate(address, size, alignment);
		}
		catch (RuntimeException | Error ex) {
			Faults.log(() -> "backend %s failed to take back %d bytes at 0x%x".formatted(this.backend.name(), size,
					address), ex);
		}
	}

	@Override
	public boolean record(long address, long size, long alignment, long oldSize) {
		BlockTable stripe = stripe(address);
		synchronized (stripe) {
			try {
				stripe.reserve();
				stripe.put(address, BlockTable.pack(size, alignment));
				return true;
			}
			catch (OutOfMemoryError ex) {
				// there is no record, and there must be no block without one
			}
		}
		deallocateOrLog(address, size, alignment);
		return false;
	}

	@Override
	public void settle(long address) {
		BlockTable stripe = stripe(address);
		synchronized (stripe) {
			stripe.settle();
		}
	}

	@Override
	public @Nullable Held find(long address) {
		BlockTable stripe = stripe(address);
		synchronized (stripe) {
			Held held = held(address, stripe.get(address));
			if (held != Held.ABSENT) {
				return held;
			}
		}
		for (BlockTable candidate : this.stripes) {
			synchronized (candidate) {
				Held held = candidate.findContaining(address);
				if (held != null) {
					return held;
				}
			}
		}
		return null;
	}

	@Override
	public void drain(Consumer freed) {
		for (BlockTable stripe : this.stripes) {
			long[] entries;
			synchronized (stripe) {
				entries = stripe.drain();
			}
			for (int i = 0; i < entries.length; i += 2) {
				if (entries[i] != 0) {
					long size = BlockTable.size(entries[i + 1]);
					deallocateOrLog(entries[i], size, BlockTable.alignment(entries[i + 1]));
					freed.accept(entries[i], size);
				}
			}
		}
	}

	/** Returns the bytes of all blocks that are not claimed, by adding them up. */
	long bytes() {
		long sum = 0;
		for (BlockTable stripe : this.stripes) {
			synchronized (stripe) {
				sum += stripe.bytes();
			}
		}
		return sum;
	}

	@Override
	public boolean isValid() {
		for (BlockTable stripe : this.stripes) {
			synchronized (stripe) {
				if (!stripe.isValid()) {
					return false;
				}
			}
		}
		return true;
	}

	private static Held held(long address, long packed) {
		return (packed < 0) ? Held.ABSENT : new Held(address, BlockTable.size(packed), BlockTable.alignment(packed));
	}

}
