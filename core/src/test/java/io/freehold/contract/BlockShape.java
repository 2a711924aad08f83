package io.freehold.contract;

import java.lang.foreign.MemorySegment;

import io.freehold.Layout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be seen of a block without touching its bytes.
 */
final class BlockShape {

	private BlockShape() {
	}

	/** Asserts that a block is what an allocator may answer a layout with. */
	static void assertFits(AllocatorUnderTest test, MemorySegment block, Layout layout) {
		assertThat(block.isNative()).as("native").isTrue();
		assertThat(block.address()).as("address").isNotZero();
		assertThat(block.address() % layout.alignment())
			.as("address 0x%x modulo alignment %d", block.address(), layout.alignment())
			.isZero();
		if (test.exactLength()) {
			assertThat(block.byteSize()).as("length").isEqualTo(layout.size());
		}
		else {
			assertThat(block.byteSize()).as("length").isGreaterThanOrEqualTo(layout.size());
		}
	}

}
