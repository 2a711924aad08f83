package io.freehold.pool;

import java.util.EnumSet;
import java.util.Set;

import io.freehold.MisuseException.Kind;
import io.freehold.misuse.MisuseMatrixContract;
import io.freehold.spi.GlobalAlloc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pooled allocator catches every misuse, at no more than the price of a free.
 */
class PooledMisuseTests extends MisuseMatrixContract {

	private final PooledAlloc pooled = new PooledAlloc();

	private final PooledAlloc another = new PooledAlloc();

	@Override
	protected GlobalAlloc backend() {
		return this.pooled;
	}

	@Override
	protected GlobalAlloc anotherBackend() {
		return this.another;
	}

	@Override
	protected Set<Kind> delayedDoubleFreeKinds(long size) {
		Set<Kind> kinds = EnumSet.copyOf(super.delayedDoubleFreeKinds(size));
		if (size > SizeClass.MAX_SIZE) {
			// its pages may be somebody else's by then, or nobody's
			kinds.addAll(EnumSet.of(Kind.INTERIOR_POINTER, Kind.LAYOUT_MISMATCH, Kind.UNKNOWN_BLOCK));
		}
		return kinds;
	}

	@Override
	protected void verifyValid() {
		assertThat(this.pooled.isValid()).isTrue();
	}

	@Override
	protected void verifyAllFreed() {
		for (PooledAlloc alloc : new PooledAlloc[] { this.pooled, this.another }) {
			assertThat(alloc.isValid()).isTrue();
			assertThat(alloc.liveBytes()).isZero();
			alloc.trim();
			assertThat(alloc.reservedBytes()).isZero();
		}
	}

}
