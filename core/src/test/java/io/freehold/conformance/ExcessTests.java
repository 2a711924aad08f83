package io.freehold.conformance;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.contract.FaultSweepContract;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

/**
 * The default methods keep the contract over an allocator that hands out 6 bytes more
 * than asked for.
 */
class ExcessTests {

	private static Allocator build(GlobalAlloc backend) {
		return new TwoMethodAllocator(backend, 6);
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

		@Override
		public boolean exactLength() {
			return false;
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

		@Override
		public boolean exactLength() {
			return false;
		}

	}

}
