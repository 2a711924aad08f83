package io.freehold.conformance;

import java.util.EnumSet;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.contract.FaultSweepContract;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

/**
 * The root of a managed tree keeps the contract and sees all misuse.
 */
class ManagedRootTests {

	private static Allocator build(GlobalAlloc backend) {
		return ManagedAllocator.root(backend, (spec) -> spec.limit(1L << 40));
	}

	private static void end(Allocator allocator) {
		((ManagedAllocator) allocator).close();
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
		void close(Allocator allocator) {
			end(allocator);
		}

		@Override
		public Set<Kind> detectedMisuse() {
			return EnumSet.allOf(Kind.class);
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

		@Override
		protected void close(Allocator allocator) {
			end(allocator);
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
		void close(Allocator allocator) {
			end(allocator);
		}

		@Override
		public Set<Kind> detectedMisuse() {
			return EnumSet.allOf(Kind.class);
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

		@Override
		protected void close(Allocator allocator) {
			end(allocator);
		}

	}

}
