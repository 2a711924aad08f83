package io.freehold.conformance;

import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.contract.FaultSweepContract;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

/**
 * The contract and the fault sweep for one kind of allocator, over {@code system}, over
 * {@code pooled} and over a backend that implements no more than it must.
 */
abstract class ConformanceTests {

	private final Set<Kind> detectedMisuse;

	private final boolean freesIndividually;

	ConformanceTests(Set<Kind> detectedMisuse, boolean freesIndividually) {
		this.detectedMisuse = detectedMisuse;
		this.freesIndividually = freesIndividually;
	}

	/** Builds the allocator over a backend. */
	abstract Allocator over(GlobalAlloc backend);

	/** Closes it; every block of the backend has to be back then. */
	void close(Allocator allocator) {
	}

	@Nested
	class OverSystem extends Contract {

		OverSystem() {
			super(Backends.get("system"));
		}

	}

	@Nested
	class OverPooled extends Contract {

		OverPooled() {
			super(new PooledAlloc());
		}

	}

	@Nested
	class RefusedOverPooled extends Sweep {

		RefusedOverPooled() {
			super(new PooledAlloc());
		}

	}

	@Nested
	class OverUserBackend extends Contract {

		OverUserBackend() {
			super(new TwoMethodAlloc());
		}

	}

	@Nested
	class RefusedOverSystem extends Sweep {

		RefusedOverSystem() {
			super(Backends.get("system"));
		}

	}

	@Nested
	class RefusedOverUserBackend extends Sweep {

		RefusedOverUserBackend() {
			super(new TwoMethodAlloc());
		}

	}

	@Nested
	class RightOverPooled extends PooledAllocatorContract {

		@Override
		Allocator over(GlobalAlloc backend) {
			return ConformanceTests.this.over(backend);
		}

		@Override
		void close(Allocator allocator) {
			ConformanceTests.this.close(allocator);
		}

		@Override
		public Set<Kind> detectedMisuse() {
			return ConformanceTests.this.detectedMisuse;
		}

		@Override
		public boolean freesIndividually() {
			return ConformanceTests.this.freesIndividually;
		}

	}

	abstract class Contract extends BackedAllocatorContract {

		Contract(GlobalAlloc backend) {
			super(backend);
		}

		@Override
		Allocator over(GlobalAlloc backend) {
			return ConformanceTests.this.over(backend);
		}

		@Override
		void close(Allocator allocator) {
			ConformanceTests.this.close(allocator);
		}

		@Override
		public Set<Kind> detectedMisuse() {
			return ConformanceTests.this.detectedMisuse;
		}

		@Override
		public boolean freesIndividually() {
			return ConformanceTests.this.freesIndividually;
		}

	}

	abstract class Sweep extends FaultSweepContract {

		private final GlobalAlloc backend;

		Sweep(GlobalAlloc backend) {
			this.backend = backend;
		}

		@Override
		protected GlobalAlloc backend() {
			return this.backend;
		}

		@Override
		protected Allocator over(GlobalAlloc backend) {
			return ConformanceTests.this.over(backend);
		}

		@Override
		protected void close(Allocator allocator) {
			ConformanceTests.this.close(allocator);
		}

	}

}
