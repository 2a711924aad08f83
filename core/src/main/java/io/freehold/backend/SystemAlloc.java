package io.freehold.backend;

import io.freehold.internal.Libc;
import io.freehold.spi.GlobalAlloc;

/**
 * The C library's allocator as a backend: {@code malloc}, {@code calloc},
 * {@code realloc}, {@code aligned_alloc} and {@code free}.
 *
 * <p>
 * The plain functions serve only alignments up to {@value #MIN_ALIGNMENT}, and only when
 * the size is no smaller than the alignment: some C libraries align small blocks to no
 * more than their size. The rule is that of Rust's standard library.
 */
class SystemAlloc implements GlobalAlloc {

	/** What {@code malloc} aligns to on 64-bit x86 and ARM. */
	private static final long MIN_ALIGNMENT = 16;

	final Libc libc;

	/**
	 * Whether {@code aligned_alloc} insists on a size that is a multiple of the
	 * alignment.
	 */
	private final boolean wholeMultiples;

	SystemAlloc(Libc libc, boolean wholeMultiples) {
		this.libc = libc;
		this.wholeMultiples = wholeMultiples;
	}

	@Override
	public long allocate(long size, long alignment) {
		requirePositive(size);
		return plain(size, alignment) ? this.libc.malloc(size) : aligned(size, alignment);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		requirePositive(size);
		return plain(size, alignment) ? this.libc.calloc(size) : GlobalAlloc.super.allocateZeroed(size, alignment);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		this.libc.free(address);
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		requirePositive(newSize);
		return plain(newSize, alignment) ? this.libc.realloc(address, newSize)
				: GlobalAlloc.super.reallocate(address, oldSize, alignment, newSize);
	}

	@Override
	public String name() {
		return SystemAllocProvider.NAME;
	}

	@Override
	public String toString() {
		return name();
	}

	private static boolean plain(long size, long alignment) {
		return alignment <= MIN_ALIGNMENT && alignment <= size;
	}

	private long aligned(long size, long alignment) {
		// POSIX wants at least the size of a pointer
		long served = Math.max(alignment, Long.BYTES);
		long length = this.wholeMultiples ? (size + served - 1) & -served : size;
		return (length > 0) ? this.libc.alignedAlloc(served, length) : 0;
	}

	private static void requirePositive(long size) {
		if (size <= 0) {
			throw new IllegalArgumentException("size must be positive: " + size);
		}
	}

}
