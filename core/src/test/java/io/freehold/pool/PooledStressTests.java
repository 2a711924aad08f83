package io.freehold.pool;

import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.StressContract;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pooled allocator under stress: nothing is lost, and all of it goes home.
 */
class PooledStressTests extends StressContract {

	private final CheckedMemory memory = new CheckedMemory();

	private final PooledAlloc pooled = new PooledAlloc(this.memory);

	@Override
	protected GlobalAlloc backend() {
		return this.pooled;
	}

	@Override
	protected void verifyAllFreed() {
		assertThat(this.pooled.isValid()).isTrue();
		assertThat(this.pooled.liveBytes()).isZero();
		this.pooled.trim();
		assertThat(this.pooled.reservedBytes()).isZero();
		assertThat(this.memory.mappedBytes()).isZero();
	}

}
