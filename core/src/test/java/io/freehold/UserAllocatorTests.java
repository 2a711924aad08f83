package io.freehold;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.freehold.AllocationException.Reason;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Small allocators as users write them: two methods, and the defaults do the rest.
 */
class UserAllocatorTests {

	@Test
	@DisplayName("A26 a bump allocator on a fixed buffer works through the defaults")
	void bump_defaults_work() {
		try (Arena arena = Arena.ofConfined()) {
			Bump bump = new Bump(arena.allocate(1024, 1024));
			MemorySegment aligned = bump.allocate(Layout.of(8, 64));
			assertThat(aligned.address() % 64).isZero();
			assertThat(bump.allocate(Layout.of(0, 16)).address()).isNotZero();
			long used = bump.used;
			MemorySegment block = bump.allocate(Layout.of(4, 4));
			block.set(ValueLayout.JAVA_INT, 0, 0x01020304);
			block = bump.grow(block, Layout.of(4, 4), Layout.of(16, 4));
			assertThat(block.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0x01020304);
			assertThat(bump.used).isGreaterThan(used);
			used = bump.used;
			block = bump.shrink(block, Layout.of(16, 4), Layout.of(8, 4));
			assertThat(block.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0x01020304);
			assertThat(bump.used).isGreaterThanOrEqualTo(used);
			used = bump.used;
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> bump.allocate(Layout.ofBytes(2048)));
			assertThat(bump.used).isEqualTo(used);
			bump.deallocate(block, Layout.of(8, 4));
			assertThat(bump.used).isEqualTo(used);
		}
	}

	@Test
	@DisplayName("A30 the default grow of an allocator with fuel burns the whole new block")
	void fuel_defaultGrow_burnsNewBlock() {
		try (Arena arena = Arena.ofConfined()) {
			Fuel allocator = new Fuel(arena, 500);
			MemorySegment block = allocator.allocate(Layout.ofBytes(50));
			assertThat(allocator.fuel).isEqualTo(450);
			block = allocator.grow(block, Layout.ofBytes(50), Layout.ofBytes(200));
			assertThat(allocator.fuel).isEqualTo(250);
			assertThat(block.byteSize()).isEqualTo(200);
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> allocator.allocate(Layout.ofBytes(251)));
			assertThat(allocator.fuel).isEqualTo(250);
		}
	}

	/** Places blocks one behind the other and takes none back. */
	private static final class Bump implements Allocator {

		private final MemorySegment buffer;

		private long used;

		Bump(MemorySegment buffer) {
			this.buffer = buffer;
		}

		@Override
		public MemorySegment allocate(Layout layout) {
			long start = this.used + Layout.ofBytes(this.used).paddingNeededFor(layout.alignment());
			if (layout.size() > this.buffer.byteSize() - start) {
				throw new AllocationException("bump", layout, Reason.EXHAUSTED, this.used + " bytes used");
			}
			this.used = start + layout.size();
			return this.buffer.asSlice(start, layout.size());
		}

		@Override
		public void deallocate(MemorySegment block, Layout layout) {
		}

	}

	/** May allocate so many bytes in all. */
	private static final class Fuel implements Allocator {

		private final Arena arena;

		private long fuel;

		Fuel(Arena arena, long fuel) {
			this.arena = arena;
			this.fuel = fuel;
		}

		@Override
		public MemorySegment allocate(Layout layout) {
			if (layout.size() > this.fuel) {
				throw new AllocationException("fuel", layout, Reason.EXHAUSTED, this.fuel + " bytes of fuel left");
			}
			this.fuel -= layout.size();
			return this.arena.allocate(layout.size(), layout.alignment());
		}

		@Override
		public void deallocate(MemorySegment block, Layout layout) {
		}

	}

}
