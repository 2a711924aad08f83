package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import io.freehold.Allocator;
import io.freehold.Layout;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Scripts of many calls, as collections make them.
 */
public interface ScriptContract extends AllocatorUnderTest {

	@Test
	@DisplayName("A22 a vector is pushed to, shrunk and resized")
	default void script_vector_keepsValues() {
		OptionalLong before = liveBytes();
		try (IntVector vector = new IntVector(allocator())) {
			vector.push(1);
			vector.push(2);
			vector.shrinkToFit();
			assertThat(vector.toArray()).containsExactly(1, 2);
			vector.push(3);
			vector.resize(10, 7);
			assertThat(vector.toArray()).containsExactly(1, 2, 3, 7, 7, 7, 7, 7, 7, 7);
			vector.shrinkToFit();
			vector.resize(12_467, 9);
			assertThat(vector.toArray()).hasSize(12_467).startsWith(1, 2, 3, 7).endsWith(9, 9);
		}
		if (freesIndividually()) {
			assertThat(liveBytes()).isEqualTo(before);
		}
	}

	@Test
	@DisplayName("A23 fifteen boxes are read back, then dropped")
	default void script_boxes_readBack() {
		Layout layout = Layout.of(ValueLayout.JAVA_LONG);
		List<MemorySegment> boxes = new ArrayList<>();
		for (long i = 0; i < 15; i++) {
			MemorySegment box = allocator().allocate(layout);
			box.set(ValueLayout.JAVA_LONG, 0, i * i);
			boxes.add(box);
		}
		assertThat(boxes).extracting((box) -> box.get(ValueLayout.JAVA_LONG, 0))
			.containsExactly(0L, 1L, 4L, 9L, 16L, 25L, 36L, 49L, 64L, 81L, 100L, 121L, 144L, 169L, 196L);
		boxes.forEach((box) -> allocator().deallocate(box, layout));
	}

	@Test
	@DisplayName("A24 zeroed blocks stay zero through changes of size and alignment")
	default void script_realignedZeroes_stayZero() {
		Allocator allocator = allocator();
		for (long alignment : new long[] { 4, 8, 16, 32 }) {
			for (int i = 0; i < 32; i++) {
				Layout layout = Layout.of(20, alignment);
				allocator.deallocate(allocator.allocate(layout), layout);
			}
			Layout layout = Layout.of(20, alignment);
			Layout larger = Layout.of(40, 4 * alignment);
			Layout smaller = Layout.of(10, alignment / 2);
			MemorySegment block = allocator.allocateZeroed(layout);
			block = allocator.growZeroed(block, layout, larger);
			block = allocator.grow(block, larger, larger);
			BytePattern.assertZeroFrom(block.asSlice(0, 40), 0);
			block = allocator.shrink(block, larger, smaller);
			BlockShape.assertFits(this, block, smaller);
			BytePattern.assertZeroFrom(block.asSlice(0, 10), 0);
			allocator.deallocate(block, smaller);
		}
	}

	@Test
	@DisplayName("A24 thirty-two live blocks of each size are all aligned")
	default void script_manyLiveBlocks_allAligned() {
		for (long size : new long[] { 2, 8, 64 }) {
			for (long alignment : new long[] { 4, 8, 16, 32 }) {
				Layout layout = Layout.of(size, alignment);
				List<MemorySegment> blocks = new ArrayList<>();
				for (int i = 0; i < 32; i++) {
					MemorySegment block = allocator().allocate(layout);
					BlockShape.assertFits(this, block, layout);
					new BytePattern(i).write(block);
					blocks.add(block);
				}
				for (int i = 0; i < 32; i++) {
					new BytePattern(i).assertKept(blocks.get(i), size);
					allocator().deallocate(blocks.get(i), layout);
				}
			}
		}
	}

	@Test
	@DisplayName("A25 rows of a triangle keep their pattern while they are regrown and shrunk")
	default void script_triangle_keepsPatterns() {
		for (long alignment : new long[] { 1, 16 }) {
			triangle(alignment, false);
			triangle(alignment, true);
		}
	}

	private void triangle(long alignment, boolean backward) {
		Allocator allocator = allocator();
		int rows = 16;
		MemorySegment[] blocks = new MemorySegment[rows];
		for (int i = 0; i < rows; i++) {
			blocks[i] = allocator.allocate(row(i, alignment));
			new BytePattern(i).write(blocks[i]);
		}
		Layout wide = Layout.of(160, alignment);
		for (int step = 0; step < rows; step++) {
			int i = backward ? rows - 1 - step : step;
			blocks[i] = allocator.grow(blocks[i], row(i, alignment), wide);
			assertRows(blocks, alignment);
			blocks[i] = allocator.shrink(blocks[i], wide, row(i, alignment));
			assertRows(blocks, alignment);
		}
		for (int i = 0; i < rows; i++) {
			allocator.deallocate(blocks[i], row(i, alignment));
		}
	}

	/** Pairs of rows of 10, 20, ... 80 bytes. */
	private static Layout row(int i, long alignment) {
		return Layout.of(10L * (i / 2 + 1), alignment);
	}

	private static void assertRows(MemorySegment[] blocks, long alignment) {
		for (int i = 0; i < blocks.length; i++) {
			new BytePattern(i).assertKept(blocks[i], row(i, alignment).size());
		}
	}

	@Test
	@DisplayName("A27 memory comes back although the owner's end throws")
	default void script_ownerThrowsAtEnd_memoryComesBack() {
		OptionalLong before = liveBytes();
		Layout layout = Layout.of(64, 8);
		assertThatIllegalStateException().isThrownBy(() -> {
			MemorySegment block = allocator().allocate(layout);
			try (AutoCloseable owner = () -> {
				throw new IllegalStateException("no end");
			}) {
				block.fill((byte) owner.hashCode());
			}
			finally {
				allocator().deallocate(block, layout);
			}
		}).withMessage("no end");
		if (freesIndividually()) {
			assertThat(liveBytes()).isEqualTo(before);
		}
	}

	@Test
	@DisplayName("A31 allocators are interchangeable behind the interface")
	default void script_throughInterface_works() {
		for (Allocator allocator : List.<Allocator>of(allocator(), allocator().byRef())) {
			try (IntVector vector = new IntVector(allocator)) {
				vector.resize(100, 31);
				assertThat(vector.toArray()).hasSize(100).containsOnly(31);
			}
		}
	}

}
