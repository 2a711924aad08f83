package io.freehold;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/**
 * The size and alignment of a block of memory, both in bytes.
 *
 * <p>
 * A layout upholds one invariant, checked once, in the constructor: the alignment is a
 * power of two, and the size rounded up to a multiple of it is at most
 * {@value Long#MAX_VALUE}. The size may be zero and need not be a multiple of the
 * alignment.
 *
 * <p>
 * The operations answer what {@code core::alloc::Layout} of Rust 1.95 and later answers.
 * Two remarks on the translation: sizes and counts are unsigned there, so that here a
 * negative {@code long} stands for a value above {@value Long#MAX_VALUE}, which only a
 * repetition of nothing can bear; and the alignment 2<sup>63</sup>, legal there for size
 * zero, is rejected because it is not a positive {@code long}.
 *
 * <p>
 * Layouts are immutable values and safe for use by any number of threads.
 *
 * @param size the size in bytes, zero or more
 * @param alignment the alignment in bytes, a power of two
 */
public record Layout(long size, long alignment) {

	/**
	 * Creates a layout.
	 * @throws LayoutException if the alignment is not a power of two, if the size is
	 * negative, or if the size rounded up to the alignment exceeds
	 * {@value Long#MAX_VALUE}
	 */
	public Layout {
		requirePowerOfTwo(alignment);
		if (size < 0) {
			throw new LayoutException("size must be between 0 and " + Long.MAX_VALUE + ": " + size);
		}
		// 2^63 - alignment, computed without leaving the range of long
		if (size > Long.MAX_VALUE - (alignment - 1)) {
			throw new LayoutException("size rounded up to alignment " + alignment + " must not exceed " + Long.MAX_VALUE
					+ " bytes: " + size);
		}
	}

	/**
	 * Returns the layout of {@code size} bytes aligned to {@code alignment}.
	 * @param size the size in bytes
	 * @param alignment the alignment in bytes
	 * @return the layout
	 * @throws LayoutException as the constructor
	 */
	public static Layout of(long size, long alignment) {
		return new Layout(size, alignment);
	}

	/**
	 * Returns the layout of {@code size} bytes that may start at any address.
	 * @param size the size in bytes
	 * @return the layout, of alignment 1
	 * @throws LayoutException if the size is negative
	 */
	public static Layout ofBytes(long size) {
		return new Layout(size, 1);
	}

	/**
	 * Returns the layout of one value of a foreign memory layout.
	 * @param layout the foreign memory layout
	 * @return a layout of its byte size and byte alignment
	 * @throws LayoutException if its size rounded up to its alignment is too large
	 */
	public static Layout of(MemoryLayout layout) {
		return new Layout(layout.byteSize(), layout.byteAlignment());
	}

	/**
	 * Returns the layout of an array: every element, the last one included, is padded to
	 * the element's alignment.
	 * @param element the layout of one element
	 * @param count the number of elements
	 * @return a layout of the element's alignment
	 * @throws LayoutException if the array is too large
	 */
	public static Layout ofArray(Layout element, long count) {
		long stride = element.padToAlignment().size;
		return new Layout(times(stride, count, element.alignment), element.alignment);
	}

	/**
	 * Returns the layout of an array of values of a foreign memory layout.
	 * @param element the foreign memory layout of one element
	 * @param count the number of elements
	 * @return a layout of the element's alignment
	 * @throws LayoutException if the array is too large
	 */
	public static Layout ofArray(MemoryLayout element, long count) {
		return ofArray(of(element), count);
	}

	/**
	 * Returns this layout with at least the given alignment. The size stays as it is: no
	 * padding is added.
	 * @param alignment the alignment in bytes
	 * @return this layout if it is aligned so already, else one of the given alignment
	 * @throws LayoutException if {@code alignment} is not a power of two, or too large
	 * for the size
	 */
	public Layout alignTo(long alignment) {
		requirePowerOfTwo(alignment);
		return (alignment <= this.alignment) ? this : new Layout(this.size, alignment);
	}

	/**
	 * Returns the number of bytes to add to this layout's size to reach the next multiple
	 * of {@code alignment}.
	 * @param alignment an alignment in bytes, best no larger than this layout's own
	 * @return the padding in bytes, less than {@code alignment}
	 * @throws LayoutException if {@code alignment} is not a power of two
	 */
	public long paddingNeededFor(long alignment) {
		requirePowerOfTwo(alignment);
		return -this.size & (alignment - 1);
	}

	/**
	 * Returns this layout with its size rounded up to a multiple of its alignment. Always
	 * succeeds, and changes nothing the second time.
	 * @return the padded layout
	 */
	public Layout padToAlignment() {
		long padding = paddingNeededFor(this.alignment);
		return (padding == 0) ? this : new Layout(this.size + padding, this.alignment);
	}

	/**
	 * Returns the layout of this followed by {@code next}, with the padding between them
	 * that {@code next} needs and none behind it. The layout of a C {@code struct} is the
	 * fold of this over its fields, starting from {@code ofBytes(0)}, and a final
	 * {@link #padToAlignment()}.
	 * @param next what follows
	 * @return the joint layout and the offset of {@code next} in it
	 * @throws LayoutException if the result is too large
	 */
	public Extended extend(Layout next) {
		long offset = plus(this.size, paddingNeededFor(next.alignment));
		Layout layout = new Layout(plus(offset, next.size), Math.max(this.alignment, next.alignment));
		return new Extended(layout, offset);
	}

	/**
	 * Returns the layout of {@code count} repetitions of this, each starting at this
	 * layout's alignment, without padding behind the last one (Rust 1.94 and earlier
	 * added that padding).
	 * @param count how often
	 * @return the repeated layout and the distance between the starts of two repetitions
	 * @throws LayoutException if the result is too large
	 */
	public Repeated repeat(long count) {
		long stride = padToAlignment().size;
		if (count == 0) {
			return new Repeated(new Layout(0, this.alignment), stride);
		}
		long withoutLast = times(stride, count - 1, this.alignment);
		return new Repeated(new Layout(plus(withoutLast, this.size), this.alignment), stride);
	}

	/**
	 * Returns the layout of this followed at once by {@code next}, whose alignment is
	 * ignored.
	 * @param next what follows
	 * @return a layout of this layout's alignment
	 * @throws LayoutException if the result is too large
	 */
	public Layout extendPacked(Layout next) {
		return new Layout(plus(this.size, next.size), this.alignment);
	}

	/**
	 * Returns the layout of {@code count} repetitions of this without any padding: all
	 * but the first may be misaligned.
	 * @param count how often
	 * @return a layout of this layout's alignment
	 * @throws LayoutException if the result is too large
	 */
	public Layout repeatPacked(long count) {
		return new Layout(times(this.size, count, this.alignment), this.alignment);
	}

	/**
	 * Returns the block that stands for no memory at all: a native segment of length zero
	 * whose address is this layout's alignment. It is aligned and not null, but it is no
	 * sentinel: memory may be found at that address.
	 * @return a segment of length zero in the global scope
	 */
	public MemorySegment dangling() {
		return MemorySegment.ofAddress(this.alignment);
	}

	// as the compiler's, but with nothing that the JVM has to link at the first call:
	// these
	// are used where the stack or the heap may be short

	@Override
	public boolean equals(Object other) {
		return other instanceof Layout layout && this.size == layout.size && this.alignment == layout.alignment;
	}

	@Override
	public int hashCode() {
		return 31 * Long.hashCode(this.size) + Long.hashCode(this.alignment);
	}

	@Override
	public String toString() {
		return "Layout[size=" + this.size + ", alignment=" + this.alignment + "]";
	}

	private static void requirePowerOfTwo(long alignment) {
		if (alignment <= 0 || (alignment & (alignment - 1)) != 0) {
			throw new LayoutException("alignment must be a power of two: " + alignment);
		}
	}

	private static long plus(long size, long bytes) {
		long sum = size + bytes;
		if (sum < 0) {
			throw new LayoutException("size must not exceed " + Long.MAX_VALUE + " bytes: " + size + " + " + bytes);
		}
		return sum;
	}

	private static long times(long size, long count, long alignment) {
		if (size != 0 && Long.compareUnsigned(count, (Long.MAX_VALUE - (alignment - 1)) / size) > 0) {
			throw new LayoutException("size of all elements must not exceed " + Long.MAX_VALUE + " bytes: " + size
					+ " * " + Long.toUnsignedString(count));
		}
		return size * count;
	}

	/**
	 * What {@link Layout#extend(Layout)} answers.
	 *
	 * @param layout the joint layout
	 * @param offset where the second part starts, in bytes from the start
	 */
	public record Extended(Layout layout, long offset) {

	}

	/**
	 * What {@link Layout#repeat(long)} answers.
	 *
	 * @param layout the layout of all repetitions
	 * @param stride the distance in bytes between the starts of two repetitions
	 */
	public record Repeated(Layout layout, long stride) {

	}

}
