package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

import io.freehold.Allocator;
import io.freehold.Layout;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Blocks of no bytes behave like any other.
 */
public interface ZeroSizeContract extends AllocatorUnderTest {

	@Test
	@DisplayName("A03 a request for no bytes is answered, aligned, and costs nothing")
	default void allocate_zeroSize_alignedAndFree() {
		Allocator allocator = allocator();
		for (long alignment = 1; alignment <= maxAlignment(); alignment *= 2) {
			Layout layout = Layout.of(0, alignment);
			OptionalLong before = liveBytes();
			MemorySegment block = allocator.allocate(layout);
			MemorySegment zeroed = allocator.allocateZeroed(layout);
			BlockShape.assertFits(this, block, layout);
			BlockShape.assertFits(this, zeroed, layout);
			if (exactLength()) {
				assertThat(block).isEqualTo(layout.dangling());
				assertThat(liveBytes()).isEqualTo(before);
			}
			allocator.deallocate(zeroed, layout);
			allocator.deallocate(block, layout);
		}
	}

	@Test
	@DisplayName("A03 a block of no bytes grows and shrinks like any other")
	default void resize_zeroSize_likeAnyOther() {
		Allocator allocator = allocator();
		MemorySegment block = allocator.allocate(Layout.of(0, 8));
		block = allocator.grow(block, Layout.of(0, 8), Layout.of(0, 64));
		BlockShape.assertFits(this, block, Layout.of(0, 64));
		block = allocator.growZeroed(block, Layout.of(0, 64), Layout.of(24, 8));
		BlockShape.assertFits(this, block, Layout.of(24, 8));
		BytePattern.assertZeroFrom(block, 0);
		block = allocator.shrink(block, Layout.of(24, 8), Layout.of(0, 16));
		BlockShape.assertFits(this, block, Layout.of(0, 16));
		block = allocator.shrink(block, Layout.of(0, 16), Layout.of(0, 4));
		BlockShape.assertFits(this, block, Layout.of(0, 4));
		block = allocator.grow(block, Layout.of(0, 4), Layout.of(10, 1));
		block.fill((byte) 3);
		allocator.deallocate(block, Layout.of(10, 1));
	}

	@Test
	@DisplayName("A04 the block that stands for no memory is freed again and again")
	default void deallocate_danglingTwice_harmless() {
		Allocator allocator = allocator();
		if (exactLength()) {
			Layout layout = Layout.of(0, 32);
			allocator.deallocate(layout.dangling(), layout);
			allocator.deallocate(layout.dangling(), layout);
			allocator.byRef().deallocate(allocator.allocate(layout), layout);
		}
		Layout layout = Layout.of(8, 8);
		MemorySegment block = allocator.allocate(layout);
		BlockShape.assertFits(this, block, layout);
		allocator.deallocate(block, layout);
	}

}
