package io.freehold.conformance;

import java.util.Objects;
import java.util.OptionalLong;

import io.freehold.Allocator;
import io.freehold.contract.AllocatorContract;
import io.freehold.contract.CheckedAlloc;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract for an allocator that is built, for each test, over a backend that is
 * watched.
 */
abstract class BackedAllocatorContract extends AllocatorContract {

	private final CheckedAlloc backend;

	private @Nullable Allocator allocator;

	BackedAllocatorContract(GlobalAlloc backend) {
		this.backend = new CheckedAlloc(backend);
	}

	abstract Allocator over(GlobalAlloc backend);

	/** Closes the allocator; every block of the backend has to be back then. */
	void close(Allocator allocator) {
	}

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
			this.backend.verifyAllReturned();
		}
		close(allocator());
		this.backend.verifyAllReturned();
	}

}
