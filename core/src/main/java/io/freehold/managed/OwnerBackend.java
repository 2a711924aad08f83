package io.freehold.managed;

import io.freehold.pool.Owner;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

/**
 * An owner of pooled blocks as a backend, for callers that know each block they have:
 * nobody else can free or resize it.
 *
 * @param owner the owner
 */
record OwnerBackend(Owner owner) implements GlobalAlloc {

	/** Returns a backend whose blocks are out of reach of the others who use it. */
	static GlobalAlloc over(GlobalAlloc backend) {
		return (backend instanceof PooledAlloc pooled) ? new OwnerBackend(pooled.newOwner()) : backend;
	}

	@Override
	public long allocate(long size, long alignment) {
		return this.owner.allocate(size, alignment, false);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		return this.owner.allocate(size, alignment, true);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		if (!this.owner.tryFree(address, size, alignment)) {
			throw unknown(address, size);
		}
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		if (!this.owner.tryClaim(address, oldSize, alignment)) {
			throw unknown(address, oldSize);
		}
		long resized = 0;
		try {
			resized = this.owner.resizeClaimed(address, oldSize, alignment, newSize);
		}
		finally {
			if (resized == 0) {
				this.owner.unclaim(address, oldSize, alignment);
			}
		}
		if (resized != 0) {
			this.owner.unclaim(resized, newSize, alignment);
		}
		return resized;
	}

	private static AssertionError unknown(long address, long size) {
		return new AssertionError("the pool does not know the block of " + size + " bytes at 0x"
				+ Long.toHexString(address) + " that a heap has");
	}

	@Override
	public String name() {
		return "pooled";
	}

}
