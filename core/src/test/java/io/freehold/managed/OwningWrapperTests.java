package io.freehold.managed;

import java.lang.foreign.MemorySegment;

import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.held.Owner;
import io.freehold.held.OwningAlloc;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests of backends around the pooled allocator: one that says so keeps the owners of its
 * blocks, and with them the detection of misuse; any other is served by a table.
 */
class OwningWrapperTests {

	private static final Layout LAYOUT = Layout.of(100, 8);

	private final PooledAlloc pool = new PooledAlloc();

	private static class Wrapper implements GlobalAlloc {

		final PooledAlloc pool;

		Wrapper(PooledAlloc pool) {
			this.pool = pool;
		}

		@Override
		public long allocate(long size, long alignment) {
			return this.pool.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.pool.deallocate(address, size, alignment);
		}

	}

	private static final class OwningWrapper extends Wrapper implements OwningAlloc {

		OwningWrapper(PooledAlloc pool) {
			super(pool);
		}

		@Override
		public Owner newOwner() {
			return this.pool.newOwner();
		}

	}

	@Test
	void root_overOwningWrapper_rawUserCannotFreeItsBlocks() {
		try (ManagedAllocator root = ManagedAllocator.root(new OwningWrapper(this.pool), (_) -> {
		}); Heap heap = root.openHeap()) {
			for (MemorySegment block : new MemorySegment[] { root.allocate(LAYOUT), heap.allocate(LAYOUT) }) {
				assertThatExceptionOfType(MisuseException.class)
					.isThrownBy(() -> this.pool.deallocate(block.address(), LAYOUT.size(), LAYOUT.alignment()))
					.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(Kind.WRONG_ALLOCATOR));
			}
			MemorySegment block = root.allocate(LAYOUT);
			root.deallocate(block, LAYOUT);
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> root.deallocate(block, LAYOUT))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(Kind.DOUBLE_FREE));
		}
		assertThat(this.pool.liveBytes()).isZero();
	}

	@Test
	void root_overUsersWrapper_tableDetectsMisuse() {
		try (ManagedAllocator root = ManagedAllocator.root(new Wrapper(this.pool), (_) -> {
		})) {
			MemorySegment block = root.allocate(LAYOUT);
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> root.deallocate(block, Layout.of(101, 8)))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(Kind.LAYOUT_MISMATCH));
			assertThatNoException().isThrownBy(() -> root.deallocate(block, LAYOUT));
		}
		assertThat(this.pool.liveBytes()).isZero();
	}

}
