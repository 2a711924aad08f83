package io.freehold.backend;

import io.freehold.internal.Libc;
import io.freehold.spi.MemoryUsage;

/**
 * The backend {@code system} on a C library that tells how much memory it holds.
 */
final class MeasuredSystemAlloc extends SystemAlloc implements MemoryUsage {

	MeasuredSystemAlloc(Libc libc, boolean wholeMultiples) {
		super(libc, wholeMultiples);
	}

	@Override
	public long committedBytes() {
		return this.libc.usage().orElseThrow().committed();
	}

	@Override
	public long cachedBytes() {
		return this.libc.usage().orElseThrow().cached();
	}

}
