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

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

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
	class Request extends AllocatorContract {

		private final AllocatorTree tree = tree();

		private final MockHttpServletRequest request = new MockHttpServletRequest();

		private final RequestMemory memory = new RequestMemory(this.tree.add("request", (spec) -> {
		}), this.request, (request) -> true);

		private final Allocator allocator = new RequestScopedAllocator("requestAllocator");

		@BeforeEach
		void bindRequest() {
			this.request.setAttribute(RequestMemory.ATTRIBUTE, this.memory);
			RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(this.request));
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
			RequestContextHolder.resetRequestAttributes();
			this.memory.close();
			assertThat(this.tree.root().budget().used()).isZero();
			this.tree.close();
		}

	}

}
