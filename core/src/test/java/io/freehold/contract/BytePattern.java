package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A recognisable sequence of non-zero bytes, different for each seed.
 *
 * @param seed tells one sequence from another
 */
record BytePattern(int seed) {

	byte at(long index) {
		long mixed = (index + 1) * 0x9e3779b97f4a7c15L + this.seed * 0xbf58476d1ce4e5b9L;
		byte value = (byte) (mixed >>> 56);
		return (value != 0) ? value : 1;
	}

	/** Fills all of a block. */
	void write(MemorySegment block) {
		for (long i = 0; i < block.byteSize(); i++) {
			block.set(ValueLayout.JAVA_BYTE, i, at(i));
		}
	}

	/** Asserts that the first {@code length} bytes of a block are this pattern. */
	void assertKept(MemorySegment block, long length) {
		for (long i = 0; i < length; i++) {
			byte value = block.get(ValueLayout.JAVA_BYTE, i);
			if (value != at(i)) {
				assertThat(value).as("byte %d of the %d that must be kept", i, length).isEqualTo(at(i));
			}
		}
	}

	/** Asserts that all bytes of a block from an offset on are zero. */
	static void assertZeroFrom(MemorySegment block, long offset) {
		for (long i = offset; i < block.byteSize(); i++) {
			byte value = block.get(ValueLayout.JAVA_BYTE, i);
			if (value != 0) {
				assertThat(value).as("byte %d of %d, zero from %d on", i, block.byteSize(), offset).isZero();
			}
		}
	}

}
