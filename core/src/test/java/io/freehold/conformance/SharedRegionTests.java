package io.freehold.conformance;

import java.util.EnumSet;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.contract.FaultSweepContract;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

/**
 * A shared region keeps the contract; its memory comes back when it closes.
 */
class SharedRegionTests {

	private static Allocator build(GlobalAlloc backend) {
		return ManagedAllocator.root(backend, (_) -> {
		}).openSharedRegion();
	}

	private static void end(Allocator allocator) {
		((Region) allocator).close();
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
			return EnumSet.of(Kind.UNKNOWN_BLOCK, Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE);
		}

		@Override
		public boolean freesIndividually() {
			return false;
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
			return EnumSet.of(Kind.UNKNOWN_BLOCK, Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE);
		}

		@Override
		public boolean freesIndividually() {
			return false;
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
