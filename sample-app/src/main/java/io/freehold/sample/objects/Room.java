package io.freehold.sample.objects;

import java.util.Optional;
import java.util.stream.Stream;

import io.freehold.budget.Budget;
import io.freehold.managed.ManagedAllocator;

/**
 * The room that an allocator and all its ancestors have.
 *
 * @param allocator the allocator
 */
record Room(ManagedAllocator allocator) {

	/** Returns how many bytes there may ever be. */
	long limit() {
		return budgets().mapToLong(Budget::limit).min().orElse(Budget.UNLIMITED);
	}

	/** Returns how many bytes there may be more, which others may be faster to use. */
	long left() {
		return budgets().mapToLong(Budget::remaining).min().orElse(Budget.UNLIMITED);
	}

	private Stream<Budget> budgets() {
		return Stream
			.iterate(Optional.of(this.allocator), Optional::isPresent,
					(level) -> level.flatMap(ManagedAllocator::parent))
			.map((level) -> level.orElseThrow().budget());
	}

}
