package io.freehold.conformance;

import java.util.Objects;
import java.util.OptionalLong;

import io.freehold.Allocator;
import io.freehold.contract.AllocatorContract;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract for an allocator that is built, for each test, right over the pooled
 * backend, with nobody between them: what a managed allocator needs to know of its blocks
 * is in the backend's own records then.
 */
abstract class PooledAllocatorContract extends AllocatorContract {

	private final PooledAlloc backend = new PooledAlloc();

	private @Nullable Allocator allocator;

	abstract Allocator over(GlobalAlloc backend);

	/** Closes the allocator; every block of the backend has to be back then. */
	abstract void close(Allocator allocator);

	@BeforeEach
	void createAllocator() {
		this.allocator = over(this.backend);
	}

	@Override
	public Allocator allocator() {
		return Objects.requireNonNull(this.allocator);
	}

	@Override
	public OptionalLong liveBytes() {
		return OptionalLong.of(this.backend.liveBytes());
	}

	@Override
	public void verifyAllFreed() {
		if (freesIndividually()) {
			assertThat(this.backend.liveBytes()).isZero();
		}
		close(allocator());
		assertThat(this.backend.liveBytes()).isZero();
		this.backend.trim();
		assertThat(this.backend.reservedBytes()).isZero();
	}

}
