package io.freehold.conformance;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.contract.FaultSweepContract;
import io.freehold.global.Global;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

/**
 * A borrowed view of {@code Global.over(backend)} keeps the contract.
 */
class BorrowedGlobalTests {

	private static Allocator build(GlobalAlloc backend) {
		return Global.over(backend).byRef();
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
