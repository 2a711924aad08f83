package io.freehold.pool;

import io.freehold.model.RandomModelContract;
import io.freehold.spi.GlobalAlloc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pooled allocator does what a simple model of an allocator does.
 */
class PooledRandomModelTests extends RandomModelContract {

	private final CheckedMemory memory = new CheckedMemory();

	private PooledAlloc pooled = new PooledAlloc(this.memory);

	@Override
	protected GlobalAlloc backend() {
		this.pooled = new PooledAlloc(this.memory);
		return this.pooled;
	}

	@Override
	protected void verifyAllFreed() {
		assertThat(this.pooled.isValid()).isTrue();
		assertThat(this.pooled.liveBytes()).isZero();
		this.pooled.trim();
		assertThat(this.pooled.reservedBytes()).isZero();
	}

}
