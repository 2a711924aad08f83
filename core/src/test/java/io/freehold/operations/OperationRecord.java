package io.freehold.operations;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts which operations were called, by any number of threads.
 */
public final class OperationRecord {

	private final AtomicLongArray calls = new AtomicLongArray(Operation.values().length);

	/** Counts a call that is about to be made. */
	public void called(Operation operation) {
		this.calls.incrementAndGet(operation.ordinal());
	}

	/** Asserts that each of some operations was called. */
	public void assertCalled(Set<Operation> operations) {
		assertThat(operations.stream()
			.filter((operation) -> this.calls.get(operation.ordinal()) == 0)
			.collect(Collectors.toSet())).as("operations that were never called").isEmpty();
	}

}
