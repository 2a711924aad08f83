package io.freehold.contract;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Blocks keep their bytes when they grow and shrink, and when that fails.
 */
public interface ResizeContract extends AllocatorUnderTest {

	@Test
	@DisplayName("A06 growing keeps the old bytes; growing by nothing is allowed")
	default void grow_sameAlignment_keepsBytes() {
		Allocator allocator = allocator();
		Layout layout = Layout.of(10, 8);
		BytePattern pattern = new BytePattern(6);
		MemorySegment block = allocator.allocate(layout);
		pattern.write(block);
		for (long size : new long[] { 10, 11, 16, 40, 5000, 70_000, 70_000, 1_000_000 }) {
			Layout larger = Layout.of(size, 8);
			block = allocator.grow(block, layout, larger);
			BlockShape.assertFits(this, block, larger);
			pattern.assertKept(block, layout.size());
			pattern.write(block);
			layout = larger;
		}
		allocator.deallocate(block, layout);
	}

	@Test
	@DisplayName("A07 growing to a larger or smaller alignment aligns anew and keeps the bytes")
	default void grow_otherAlignment_alignsAndKeepsBytes() {
		Allocator allocator = allocator();
		for (long from = 1; from <= maxAlignment(); from *= 4) {
			for (long to = 1; to <= maxAlignment(); to *= 4) {
				// sizes below the alignment are where reallocation in place goes wrong
				for (long size : new long[] { 3, 100 }) {
					Layout layout = Layout.of(size, from);
					Layout larger = Layout.of(size + 5, to);
					BytePattern pattern = new BytePattern(7);
					MemorySegment block = allocator.allocate(layout);
					pattern.write(block);
					block = allocator.grow(block, layout, larger);
					BlockShape.assertFits(this, block, larger);
					pattern.assertKept(block, size);
					block.fill((byte) 1);
					allocator.deallocate(block, larger);
				}
			}
		}
	}

	@Test
	@DisplayName("A08 shrinking keeps the bytes that remain, whatever the new alignment")
	default void shrink_anyAlignment_keepsRemainingBytes() {
		Allocator allocator = allocator();
		for (long to : new long[] { 8, 1, 64, maxAlignment() }) {
			for (long size : new long[] { 200, 199, 64, 1 }) {
				Layout layout = Layout.of(200, 8);
				Layout smaller = Layout.of(size, to);
				BytePattern pattern = new BytePattern(8);
				MemorySegment block = allocator.allocate(layout);
				pattern.write(block);
				block = allocator.shrink(block, layout, smaller);
				BlockShape.assertFits(this, block, smaller);
				pattern.assertKept(block, size);
				block.fill((byte) 1);
				allocator.deallocate(block, smaller);
			}
		}
	}

	@Test
	@DisplayName("A09 growing zeroed zeroes everything from the old size on")
	default void growZeroed_anyAlignment_zeroFromOldSize() {
		Allocator allocator = allocator();
		for (long to : new long[] { 8, 2, 128 }) {
			for (long size : new long[] { 24, 25, 30, 600, 70_000 }) {
				Layout layout = Layout.of(24, 8);
				Layout larger = Layout.of(size, to);
				BytePattern pattern = new BytePattern(9);
				MemorySegment neighbour = allocator.allocate(larger);
				neighbour.fill((byte) 0xff);
				allocator.deallocate(neighbour, larger);
				MemorySegment block = allocator.allocate(layout);
				pattern.write(block);
				block = allocator.growZeroed(block, layout, larger);
				BlockShape.assertFits(this, block, larger);
				pattern.assertKept(block, 24);
				BytePattern.assertZeroFrom(block.asSlice(0, size), 24);
				allocator.deallocate(block, larger);
			}
		}
	}

	@Test
	@DisplayName("A09 bytes that a shrink cut off come back as zeros")
	default void growZeroed_afterShrink_zeroFromOldSize() {
		Allocator allocator = allocator();
		MemorySegment block = allocator.allocate(Layout.of(64, 8));
		block.fill((byte) 0xff);
		block = allocator.shrink(block, Layout.of(64, 8), Layout.of(20, 8));
		block = allocator.growZeroed(block, Layout.of(20, 8), Layout.of(50, 8));
		BytePattern.assertZeroFrom(block.asSlice(0, 50), 20);
		allocator.deallocate(block, Layout.of(50, 8));
	}

	@Test
	@DisplayName("A10 what a zeroed block has beyond the requested size is zero too")
	default void growZeroed_excess_isZero() {
		Allocator allocator = allocator();
		BytePattern pattern = new BytePattern(10);
		for (Layout larger : new Layout[] { Layout.of(61, 4), Layout.of(61, 32), Layout.of(33, 4) }) {
			MemorySegment block = allocator.allocate(Layout.of(33, 4));
			pattern.write(block);
			block = allocator.growZeroed(block, Layout.of(33, 4), larger);
			pattern.assertKept(block, 33);
			BytePattern.assertZeroFrom(block, 33);
			allocator.deallocate(block, larger);
		}
	}

	@Test
	@DisplayName("A11 a refused resize leaves the block allocated, unchanged and usable")
	default void resize_refused_blockUntouched() {
		Allocator allocator = allocator();
		Layout layout = Layout.of(48, 8);
		BytePattern pattern = new BytePattern(11);
		MemorySegment block = allocator.allocate(layout);
		pattern.write(block);
		for (Layout impossible : new Layout[] { Layout.of(1L << 62, 8), Layout.of(1L << 62, 16),
				Layout.of(1L << 62, 1) }) {
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> allocator.grow(block, layout, impossible));
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> allocator.growZeroed(block, layout, impossible));
			pattern.assertKept(block, block.byteSize());
		}
		pattern.write(block);
		MemorySegment grown = allocator.grow(block, layout, Layout.of(96, 8));
		pattern.assertKept(grown, 48);
		allocator.deallocate(grown, Layout.of(96, 8));
	}

	@Test
	@DisplayName("A13 growing to a smaller and shrinking to a larger size are refused")
	default void resize_wrongDirection_refused() {
		Allocator allocator = allocator();
		Layout layout = Layout.of(16, 8);
		BytePattern pattern = new BytePattern(13);
		MemorySegment block = allocator.allocate(layout);
		pattern.write(block);
		String growing = "`newLayout.size()` must be greater than or equal to `oldLayout.size()`";
		String shrinking = "`newLayout.size()` must be smaller than or equal to `oldLayout.size()`";
		for (long alignment : new long[] { 8, 32 }) {
			Layout smaller = Layout.of(15, alignment);
			Layout larger = Layout.of(17, alignment);
			assertThatIllegalArgumentException().isThrownBy(() -> allocator.grow(block, layout, smaller))
				.withMessageStartingWith(growing);
			assertThatIllegalArgumentException().isThrownBy(() -> allocator.growZeroed(block, layout, smaller))
				.withMessageStartingWith(growing);
			assertThatIllegalArgumentException().isThrownBy(() -> allocator.shrink(block, layout, larger))
				.withMessageStartingWith(shrinking);
		}
		pattern.assertKept(block, block.byteSize());
		allocator.deallocate(block, layout);
	}

}
