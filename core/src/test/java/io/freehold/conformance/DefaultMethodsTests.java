package io.freehold.conformance;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.contract.FaultSweepContract;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

/**
 * The default methods of {@code Allocator} keep the contract.
 */
class DefaultMethodsTests {

	private static Allocator build(GlobalAlloc backend) {
		return new TwoMethodAllocator(backend, 0);
	}

	@Nested
	class OverSystem extends BackedAllocatorContract {

		OverSystem() {
			super(Backends.get("system"));
		}

		@Override
		Allocator over(GlobalAlloc backend) {
			return build(backend);
		}

	}

	@Nested
	class RefusedOverSystem extends FaultSweepContract {

		@Override
		protected GlobalAlloc backend() {
			return Backends.get("system");
		}

		@Override
		protected Allocator over(GlobalAlloc backend) {
			return build(backend);
		}

	}

	@Nested
	class OverUserBackend extends BackedAllocatorContract {

		OverUserBackend() {
			super(new TwoMethodAlloc());
		}

		@Override
		Allocator over(GlobalAlloc backend) {
			return build(backend);
		}

	}

	@Nested
	class RefusedOverUserBackend extends FaultSweepContract {

		@Override
		protected GlobalAlloc backend() {
			return new TwoMethodAlloc();
		}

		@Override
		protected Allocator over(GlobalAlloc backend) {
			return build(backend);
		}

	}

}
