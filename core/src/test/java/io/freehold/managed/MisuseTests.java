package io.freehold.managed;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

import static org.assertj.core.api.Assertions.assertThat;

class MisuseTests {

	@Nested
	class OverSystem extends MisuseRules {

		@Override
		GlobalAlloc backend() {
			return Backends.get("system");
		}

	}

	@Nested
	class OverAUsersBackend extends MisuseRules {

		private final CheckingAlloc backend = new CheckingAlloc();

		@Override
		GlobalAlloc backend() {
			return this.backend;
		}

		@Override
		void assertAllHome() {
			this.backend.assertAllHome();
		}

	}

	@Nested
	class OverThePooledBackend extends MisuseRules {

		private final PooledAlloc backend = new PooledAlloc();

		@Override
		GlobalAlloc backend() {
			return this.backend;
		}

		@Override
		void assertAllHome() {
			assertThat(this.backend.liveBytes()).isZero();
		}

	}

	@Nested
	class OfAHeapOverAUsersBackend extends OverAUsersBackend {

		@Override
		Allocator subject(ManagedAllocator node) {
			return node.openHeap();
		}

	}

	@Nested
	class OfAHeapOverThePooledBackend extends OverThePooledBackend {

		@Override
		Allocator subject(ManagedAllocator node) {
			return node.openHeap();
		}

	}

}
