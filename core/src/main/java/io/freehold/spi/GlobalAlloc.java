package io.freehold.spi;

import io.freehold.internal.Memory;

/**
 * A source of native memory, addressed by raw {@code long}s: what a backend implements.
 *
 * <p>
 * Sizes and alignments are in bytes; sizes are positive, alignments powers of two, and a
 * size rounded up to its alignment fits a {@code long}: callers see to it. An address of
 * 0 means that the memory was refused; exhaustion is never an exception. An exception is
 * the right answer to a breach of contract only.
 *
 * <p>
 * Implementations are called by any number of threads at once. They must not allocate
 * through {@code Global}, which may be built on them.
 *
 * <p>
 * The allocators of Freehold record which block belongs to whom: in the backend itself if
 * it is one of Freehold's that keeps owners, else in a table beside it. A decorator of
 * yours around such a backend is served by a table.
 */
public interface GlobalAlloc {

	/**
	 * Allocates memory of unspecified content.
	 * @param size the size in bytes, positive
	 * @param alignment the alignment in bytes, a power of two
	 * @return the address, a multiple of {@code alignment}; 0 if the memory is exhausted
	 * or the layout not supported
	 */
	long allocate(long size, long alignment);

	/**
	 * Allocates memory whose first {@code size} bytes are zero.
	 * @param size the size in bytes, positive
	 * @param alignment the alignment in bytes, a power of two
	 * @return the address, a multiple of {@code alignment}; 0 if the memory is exhausted
	 * or the layout not supported
	 * @implSpec calls {@link #allocate} once and, unless it refused, fills the memory; if
	 * that fails the memory is freed
	 */
	default long allocateZeroed(long size, long alignment) {
		long address = allocate(size, alignment);
		if (address != 0) {
			boolean zeroed = false;
			try {
				Memory.zero(address, size);
				zeroed = true;
			}
			finally {
				if (!zeroed) {
					deallocate(address, size, alignment);
				}
			}
		}
		return address;
	}

	/**
	 * Frees memory. If this throws, nothing was freed.
	 * @param address an address that this backend returned and that was not freed since
	 * @param size exactly the size it was last allocated or reallocated with
	 * @param alignment exactly the alignment it was allocated with
	 */
	void deallocate(long address, long size, long alignment);

	/**
	 * Changes the size of a block, moving it if need be. The bytes that both sizes cover
	 * are kept. After success the block must be used with its new address and size, even
	 * if the address is the same.
	 * @param address an address that this backend returned and that was not freed since
	 * @param oldSize exactly the size it was last allocated or reallocated with
	 * @param alignment exactly the alignment it was allocated with
	 * @param newSize the new size in bytes, positive
	 * @return the new address; 0 if refused, and then the old block is untouched and
	 * still the caller's
	 * @implSpec allocates anew, copies, and frees the old block; if that fails the new
	 * one is freed
	 */
	default long reallocate(long address, long oldSize, long alignment, long newSize) {
		long moved = allocate(newSize, alignment);
		if (moved != 0) {
			boolean replaced = false;
			try {
				Memory.copy(address, moved, Math.min(oldSize, newSize));
				deallocate(address, oldSize, alignment);
				replaced = true;
			}
			finally {
				if (!replaced) {
					// the old block is still the caller's
					deallocate(moved, newSize, alignment);
				}
			}
		}
		return moved;
	}

	/**
	 * Returns the name under which this backend appears in messages and metrics.
	 * @return a short name
	 * @implSpec the simple name of the class, or the last part of its full name if it is
	 * anonymous
	 */
	default String name() {
		String simple = getClass().getSimpleName();
		String full = getClass().getName();
		return simple.isEmpty() ? full.substring(full.lastIndexOf('.') + 1) : simple;
	}

}
