package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Blocks come aligned, long enough and writable, and go in any order.
 */
public interface BlockContract extends AllocatorUnderTest {

	/** The sizes that every allocator is tried with, odd ones and one of many pages. */
	List<Long> SIZES = List.of(1L, 2L, 4L, 8L, 17L, 67L, 129L, 654L, 2345L, 32578L, 8603461L);

	@Test
	@DisplayName("A01 a block is aligned, long enough and writable over its whole length")
	default void allocate_anyLayout_alignedAndWritable() {
		Allocator allocator = allocator();
		for (long alignment = 1; alignment <= maxAlignment(); alignment *= 2) {
			for (long size : new long[] { 1, 3, 8, 24, 100, 1000 }) {
				Layout layout = Layout.of(size, alignment);
				MemorySegment block = allocator.allocate(layout);
				BlockShape.assertFits(this, block, layout);
				BytePattern pattern = new BytePattern((int) (size + alignment));
				pattern.write(block);
				pattern.assertKept(block, block.byteSize());
				allocator.deallocate(block, layout);
			}
		}
	}

	@Test
	@DisplayName("A01 no byte can be reached outside a block")
	default void allocate_accessOutside_throws() {
		Allocator allocator = allocator();
		Layout layout = Layout.of(24, 8);
		MemorySegment block = allocator.allocate(layout);
		assertThatExceptionOfType(IndexOutOfBoundsException.class)
			.isThrownBy(() -> block.set(ValueLayout.JAVA_BYTE, block.byteSize(), (byte) 1));
		allocator.deallocate(block, layout);
	}

	@Test
	@DisplayName("A02 a zeroed block is zero over its whole length, even if the memory was dirty")
	default void allocateZeroed_dirtyMemory_allZero() {
		Allocator allocator = allocator();
		for (long size : new long[] { 1, 24, 1024, 70_000 }) {
			Layout layout = Layout.ofBytes(size);
			MemorySegment dirty = allocator.allocate(layout);
			dirty.fill((byte) 0xff);
			allocator.deallocate(dirty, layout);
			MemorySegment block = allocator.allocateZeroed(layout);
			BlockShape.assertFits(this, block, layout);
			BytePattern.assertZeroFrom(block, 0);
			allocator.deallocate(block, layout);
		}
	}

	@Test
	@DisplayName("A05 a block is freed with any size from the requested one to its length")
	default void deallocate_sizeInFittingRange_accepted() {
		Allocator allocator = allocator();
		Layout layout = Layout.of(40, 8);
		long longest = 40;
		for (long size = 40; size <= longest; size++) {
			MemorySegment block = allocator.allocate(layout);
			longest = block.byteSize();
			allocator.deallocate(block, Layout.of(Math.min(size, longest), 8));
		}
		MemorySegment block = allocator.allocate(layout);
		block.fill((byte) 7);
		Layout whole = Layout.of(block.byteSize(), 8);
		MemorySegment grown = allocator.grow(block, whole, Layout.of(block.byteSize() + 60, 8));
		assertThat(grown.asSlice(0, whole.size()).toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
		Layout grownWhole = Layout.of(grown.byteSize(), 8);
		MemorySegment shrunk = allocator.shrink(grown, grownWhole, Layout.of(20, 8));
		assertThat(shrunk.asSlice(0, 20).toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
		allocator.deallocate(shrunk, Layout.of(20, 8));
	}

	@Test
	@DisplayName("A16 a borrowed view is as good as the allocator itself")
	default void byRef_usedInPlace_exchangesBlocks() {
		Allocator allocator = allocator();
		Allocator view = allocator.byRef();
		assertThat(view).isEqualTo(allocator.byRef()).hasSameHashCodeAs(allocator.byRef());
		assertThat(view.toString()).isEqualTo(allocator.toString());
		Layout small = Layout.of(16, 8);
		Layout large = Layout.of(64, 8);
		MemorySegment block = view.allocateZeroed(small);
		block = allocator.growZeroed(block, small, large);
		BytePattern.assertZeroFrom(block, 0);
		block = view.grow(block, large, Layout.of(80, 16));
		block = allocator.shrink(block, Layout.of(80, 16), large);
		view.deallocate(view.shrink(block, large, small), small);
	}

	@Test
	@DisplayName("A18 what one view allocated another frees, and dropping a view invalidates nothing")
	default void byRef_viewDropped_blockStaysUsable() {
		Allocator allocator = allocator();
		Layout layout = Layout.of(32, 8);
		BytePattern pattern = new BytePattern(18);
		MemorySegment block = allocator.byRef().allocate(layout);
		pattern.write(block);
		MemorySegment other = allocator.allocate(layout);
		pattern.assertKept(block, layout.size());
		allocator.deallocate(block, layout);
		allocator.byRef().byRef().deallocate(other, layout);
	}

	@Test
	@DisplayName("A19 what cannot be had is an AllocationException, and smaller requests still work")
	default void allocate_impossibleSize_throwsAndGoesOn() {
		Allocator allocator = allocator();
		for (Layout layout : List.of(Layout.ofBytes(1L << 62), Layout.of((1L << 62) - 4096, 4096),
				Layout.ofBytes(Long.MAX_VALUE))) {
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.allocate(layout))
				.satisfies((ex) -> {
					assertThat(ex.reason()).isIn(Reason.EXHAUSTED, Reason.UNSUPPORTED_LAYOUT, Reason.LIMIT_EXCEEDED);
					assertThat(ex.layout()).isEqualTo(layout);
					assertThat(ex).hasMessageContaining(String.valueOf(layout.size()));
				});
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.allocateZeroed(layout));
			Layout possible = Layout.of(100, 8);
			MemorySegment block = allocator.allocate(possible);
			block.fill((byte) 1);
			allocator.deallocate(block, possible);
		}
	}

	@Test
	@DisplayName("A20 blocks are freed last first, first first and in any order")
	default void deallocate_unusualOrder_accepted() {
		Allocator allocator = allocator();
		OptionalLong before = liveBytes();
		for (int order = 0; order < 3; order++) {
			List<Integer> indices = new ArrayList<>();
			List<MemorySegment> blocks = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				indices.add(i);
				MemorySegment block = allocator.allocate(Layout.of(1 + i * 7L, 8));
				new BytePattern(i).write(block);
				blocks.add(block);
			}
			switch (order) {
				case 0 -> Collections.reverse(indices);
				case 1 -> Collections.shuffle(indices, new Random(20));
				default -> Collections.sort(indices);
			}
			for (int i : indices) {
				new BytePattern(i).assertKept(blocks.get(i), 1 + i * 7L);
				allocator.deallocate(blocks.get(i), Layout.of(1 + i * 7L, 8));
			}
		}
		if (freesIndividually()) {
			assertThat(liveBytes()).as("bytes in use").isEqualTo(before);
		}
	}

	@Test
	@DisplayName("A21 sizes from 1 to 8603461 bytes come and go")
	default void allocate_sizeLadder_comesAndGoes() {
		Allocator allocator = allocator();
		for (long size : SIZES) {
			Layout layout = Layout.of(size, 8);
			MemorySegment block = allocator.allocate(layout);
			BlockShape.assertFits(this, block, layout);
			block.fill((byte) size);
			assertThat(block.get(ValueLayout.JAVA_BYTE, size - 1)).isEqualTo((byte) size);
			allocator.deallocate(block, layout);
		}
	}

	@Test
	@DisplayName("A01 segments for foreign-memory code are zeroed and of exactly the size asked for")
	default void asSegmentAllocator_allocate_zeroedAndExact() {
		Allocator allocator = allocator();
		MemorySegment segment = allocator.asSegmentAllocator().allocate(40, 16);
		assertThat(segment.byteSize()).isEqualTo(40);
		assertThat(segment.address() % 16).isZero();
		BytePattern.assertZeroFrom(segment, 0);
		allocator.deallocate(segment, Layout.of(40, 16));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> allocator.asSegmentAllocator().allocate(40, 3));
	}

}
