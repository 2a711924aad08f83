package io.freehold.managed;

import java.util.Objects;

import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Heaps close in the same way where the backend itself knows whose a block is.
 */
class PooledHeapCloseTests extends HeapCloseTests {

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

	@Override
	void assertNothingReturned() {
		assertThat(Objects.requireNonNull(this.pooled).liveBytes()).isNotZero();
	}

}
