package io.freehold.spring.autoconfigure.scope.ending;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Where a test leaves the work that the next request is to do.
 */
final class Desk {

	private volatile @Nullable Work work;

	void put(Work work) {
		this.work = work;
	}

	Work work() {
		return Objects.requireNonNull(this.work, "no work");
	}

}
