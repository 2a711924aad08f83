package io.freehold.stress;

import io.freehold.spi.GlobalAlloc;

/**
 * A live block whose content is known. What takes one is the only one to free it, with
 * its size and alignment, and verifies every byte of it first.
 *
 * @param address where it is
 * @param size how long it is in bytes
 * @param alignment what it was aligned to
 * @param cookie tells its content from that of others
 */
record Block(long address, long size, long alignment, long cookie) {

	/** Allocates and fills a block. */
	static Block allocate(GlobalAlloc alloc, long size, long alignment, long cookie) {
		return filled(alloc.allocate(size, alignment), size, alignment, cookie);
	}

	/** Allocates a zeroed block, verifies that it is, and fills it. */
	static Block allocateZeroed(GlobalAlloc alloc, long size, long alignment, long cookie) {
		long address = alloc.allocateZeroed(size, alignment);
		if (address != 0) {
			Pattern.verifyZero(address, size);
		}
		return filled(address, size, alignment, cookie);
	}

	private static Block filled(long address, long size, long alignment, long cookie) {
		requirePlace(address, size, alignment);
		Pattern.fill(address, size, cookie);
		return new Block(address, size, alignment, cookie);
	}

	private static void requirePlace(long address, long size, long alignment) {
		if (address == 0) {
			throw new AssertionError("%d bytes aligned to %d were refused".formatted(size, alignment));
		}
		if ((address & (alignment - 1)) != 0) {
			throw new AssertionError("%d bytes aligned to %d were put to 0x%x".formatted(size, alignment, address));
		}
	}

	/** Changes the size of this block, which must not be used any more. */
	Block reallocate(GlobalAlloc alloc, long newSize, long newCookie) {
		verify();
		long moved = alloc.reallocate(this.address, this.size, this.alignment, newSize);
		requirePlace(moved, newSize, this.alignment);
		Pattern.verify(moved, Math.min(this.size, newSize), this.size, this.cookie);
		Pattern.fill(moved, newSize, newCookie);
		return new Block(moved, newSize, this.alignment, newCookie);
	}

	/** Asserts that the content is as it was written. */
	void verify() {
		Pattern.verify(this.address, this.size, this.cookie);
	}

	/** Verifies and frees this block. */
	void free(GlobalAlloc alloc) {
		verify();
		alloc.deallocate(this.address, this.size, this.alignment);
	}

}
