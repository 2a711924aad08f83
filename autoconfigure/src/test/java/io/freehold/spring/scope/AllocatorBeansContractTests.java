package io.freehold.spring.scope;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.contract.AllocatorContract;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MemoryLimit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is injected keeps the contract of allocators.
 */
class AllocatorBeansContractTests {

	private static AllocatorTree tree() {
		return new AllocatorTree(Backends.get("system"), List.of(), (spec) -> {
		});
	}

	@Nested
	class Named extends AllocatorContract {

		private final AllocatorTree tree = tree();

		private final ManagedAllocator allocator = this.tree.add("images", (spec) -> spec.limit(1 << 30));

		@Override
		public Allocator allocator() {
			return this.allocator;
		}

		@Override
		public Set<Kind> detectedMisuse() {
			return EnumSet.allOf(Kind.class);
		}

		@Override
		public OptionalLong liveBytes() {
			return OptionalLong.of(this.tree.root().budget().used());
		}

		@Override
		public void verifyAllFreed() {
			assertThat(this.tree.root().budget().used()).isZero();
			this.tree.close();
		}

	}

	@Nested
	class Scoped extends AllocatorContract {

		private final AllocatorTree tree = tree();

		private final ThreadScope scope = new ThreadScope();

		private final Allocator allocator = this.scope.allocator("threadAllocator",
				this.tree.addScope("thread", MemoryLimit.UNLIMITED, MemoryLimit.UNLIMITED));

		private ThreadScope.@Nullable Handle handle;

		@BeforeEach
		void openScope() {
			this.handle = this.scope.open();
		}

		@Override
		public Allocator allocator() {
			return this.allocator;
		}

		@Override
		public Set<Kind> detectedMisuse() {
			return EnumSet.of(Kind.UNKNOWN_BLOCK, Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE);
		}

		@Override
		public boolean freesIndividually() {
			return false;
		}

		@Override
		public void verifyAllFreed() {
			if (this.handle != null) {
				this.handle.close();
			}
			assertThat(this.tree.root().budget().used()).isZero();
			this.tree.close();
		}

	}

}
