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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A managed allocator two levels below its root, with limits on the way, keeps the
 * contract and sees all misuse.
 */
class ManagedGrandchildTests {

	private static Allocator build(GlobalAlloc backend) {
		return ManagedAllocator.root(backend, (spec) -> spec.limit(1L << 40))
			.child("service", (spec) -> spec.limit(1L << 30))
			.child("cache", (spec) -> spec.limit(64 << 20).softLimit(32 << 20));
	}

	private static void end(Allocator allocator) {
		ManagedAllocator child = ((ManagedAllocator) allocator).parent().orElseThrow();
		ManagedAllocator root = child.parent().orElseThrow();
		assertThat(root.budget().used()).isZero();
		assertThat(child.budget().used()).isZero();
		root.close();
		assertThat(((ManagedAllocator) allocator).isClosed()).isTrue();
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
