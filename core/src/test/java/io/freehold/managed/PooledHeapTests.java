package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Heaps do the same where the backend itself knows whose a block is.
 */
class PooledHeapTests extends HeapTests {

	/** Set while the superclass is created. */
	private @Nullable PooledAlloc pooled;

	@Override
	GlobalAlloc backend() {
		if (this.pooled == null) {
			this.pooled = new PooledAlloc();
		}
		return this.pooled;
	}

	@Override
	void assertAllHome() {
		assertThat(Objects.requireNonNull(this.pooled).liveBytes()).isZero();
	}

	@Test
	void blocks_areOutOfReachOfTheBackendsUsers() {
		long address = this.heap.allocate(Layout.of(64, 16)).address();
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> backend().deallocate(address, 64, 16));
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> backend().reallocate(address, 64, 16, 100));
		assertThat(this.heap.used()).isEqualTo(64);
		this.heap.deallocate(MemorySegment.ofAddress(address), Layout.of(64, 16));
	}

	@Test
	void grow_toMoreThanThereIs_leavesTheBlock() {
		Layout layout = Layout.of(64, 16);
		try (ManagedAllocator unlimited = ManagedAllocator.root(backend(), (_) -> {
		})) {
			Heap heap = unlimited.openHeap();
			MemorySegment block = heap.allocate(layout).fill((byte) 3);
			for (long size : new long[] { 1L << 46, 1L << 47 }) {
				assertThatExceptionOfType(AllocationException.class)
					.isThrownBy(() -> heap.grow(block, layout, Layout.of(size, 16)));
			}
			assertThat(heap.used()).isEqualTo(64);
			assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(3);
			assertThat(((Node) unlimited).isValid()).isTrue();
			heap.deallocate(block, layout);
		}
	}

}
