package io.freehold.stress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a live block is filled with, byte by byte: word {@code i} of {@code n} is
 * {@code (n - i) ^ cookie}, the last one cut off where the block ends. With a cookie of
 * its own for each block, a block that overlaps another or was handed out twice is found
 * when the first of the two is verified.
 */
public final class Pattern {

	private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

	private static final MemorySegment MEMORY = memory();

	private Pattern() {
	}

	@SuppressWarnings("restricted")
	private static MemorySegment memory() {
		// SAFETY: only blocks that a backend has just handed out are accessed through it
		return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
	}

	/**
	 * Fills a block.
	 * @param address where the block is
	 * @param size how long it is in bytes
	 * @param cookie tells its content from that of others
	 */
	public static void fill(long address, long size, long cookie) {
		long words = words(size);
		long whole = size >>> 3;
		for (long i = 0; i < whole; i++) {
			MEMORY.set(WORD, address + (i << 3), (words - i) ^ cookie);
		}
		for (long i = whole << 3; i < size; i++) {
			MEMORY.set(BYTE, address + i, at(i, words, cookie));
		}
	}

	/**
	 * Asserts that a block still has the content it was filled with.
	 * @param address where the block is
	 * @param size the size it was filled with
	 * @param cookie the cookie it was filled with
	 */
	public static void verify(long address, long size, long cookie) {
		verify(address, size, size, cookie);
	}

	/**
	 * Asserts that the first bytes of a block still have the content that a block was
	 * filled with.
	 * @param address where the block is
	 * @param length how many bytes to verify
	 * @param size the size the content was made for, no smaller than {@code length}
	 * @param cookie the cookie it was made with
	 */
	public static void verify(long address, long length, long size, long cookie) {
		long words = words(size);
		long whole = length >>> 3;
		for (long i = 0; i < whole; i++) {
			if (MEMORY.get(WORD, address + (i << 3)) != ((words - i) ^ cookie)) {
				throw changed(address, i << 3, length, words, cookie);
			}
		}
		for (long i = whole << 3; i < length; i++) {
			if (MEMORY.get(BYTE, address + i) != at(i, words, cookie)) {
				throw changed(address, i, length, words, cookie);
			}
		}
	}

	/**
	 * Asserts that memory is zero.
	 * @param address where it begins
	 * @param size how long it is in bytes
	 */
	public static void verifyZero(long address, long size) {
		long i = 0;
		for (; i + 8 <= size; i += 8) {
			if (MEMORY.get(WORD, address + i) != 0) {
				break;
			}
		}
		for (; i < size; i++) {
			byte value = MEMORY.get(BYTE, address + i);
			if (value != 0) {
				throw new AssertionError(
						"byte %d of the zeroed block of %d bytes at 0x%x is 0x%02x".formatted(i, size, address, value));
			}
		}
	}

	/**
	 * Writes one value over memory that may be anybody's: what a stray write does.
	 * @param address where it begins
	 * @param size how long it is in bytes
	 * @param value the value
	 */
	public static void scribble(long address, long size, byte value) {
		MEMORY.asSlice(address, size).fill(value);
	}

	static void invert(long address) {
		MEMORY.set(BYTE, address, (byte) ~MEMORY.get(BYTE, address));
	}

	private static AssertionError changed(long address, long offset, long length, long words, long cookie) {
		for (long i = offset; i < length; i++) {
			byte value = MEMORY.get(BYTE, address + i);
			if (value != at(i, words, cookie)) {
				return new AssertionError(
						"byte %d of the block of %d bytes at 0x%x was changed by somebody else: 0x%02x instead of 0x%02x"
							.formatted(i, length, address, value, at(i, words, cookie)));
			}
		}
		return new AssertionError("byte %d of the block of %d bytes at 0x%x changed while it was being verified"
			.formatted(offset, length, address));
	}

	private static long words(long size) {
		return (size + 7) >>> 3;
	}

	private static byte at(long index, long words, long cookie) {
		return (byte) (((words - (index >>> 3)) ^ cookie) >>> ((index & 7) << 3));
	}

}
