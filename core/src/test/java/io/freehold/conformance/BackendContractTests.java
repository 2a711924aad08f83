package io.freehold.conformance;

import io.freehold.backend.Backends;
import io.freehold.contract.CheckedAlloc;
import io.freehold.contract.GlobalAllocContract;
import io.freehold.managed.ManagedAllocator;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every backend keeps the contract of backends.
 */
class BackendContractTests {

	@Nested
	class SystemBackend extends GlobalAllocContract {

		@Override
		protected GlobalAlloc backend() {
			return Backends.get("system");
		}

	}

	@Nested
	class PooledBackend extends GlobalAllocContract {

		private final PooledAlloc pooled = new PooledAlloc();

		@Override
		protected GlobalAlloc backend() {
			return this.pooled;
		}

		@Override
		protected void verifyAllFreed() {
			assertThat(this.pooled.liveBytes()).isZero();
		}

	}

	@Nested
	class ManagedChildBackend extends GlobalAllocContract {

		private final CheckedAlloc checked = new CheckedAlloc(Backends.get("system"));

		private final ManagedAllocator root = ManagedAllocator.root(this.checked, (_) -> {
		});

		private final GlobalAlloc backend = this.root.childBackend("global", (_) -> {
		});

		@Override
		protected GlobalAlloc backend() {
			return this.backend;
		}

		@Override
		protected void verifyAllFreed() {
			assertThat(this.root.budget().used()).isZero();
			assertThat(this.checked.liveBytes()).isZero();
		}

	}

	@Nested
	class UserBackend extends GlobalAllocContract {

		private final GlobalAlloc backend = new TwoMethodAlloc();

		@Override
		protected GlobalAlloc backend() {
			return this.backend;
		}

		@Override
		protected long maxSize() {
			// it touches every page
			return 64 << 20;
		}

	}

}
