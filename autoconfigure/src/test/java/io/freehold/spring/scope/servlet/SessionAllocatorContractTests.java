package io.freehold.spring.scope.servlet;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.contract.AllocatorContract;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MemoryLimit;

import org.junit.jupiter.api.BeforeEach;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The memory of a session keeps the contract of allocators, and sees all misuse.
 */
class SessionAllocatorContractTests extends AllocatorContract {

	private final AllocatorTree tree = new AllocatorTree(Backends.get("pooled"), List.of(), (spec) -> {
	});

	private final SessionMemories memories = new SessionMemories(
			this.tree.addScope("session", MemoryLimit.UNLIMITED, MemoryLimit.UNLIMITED), null);

	private final SessionMemoryFilter filter = new SessionMemoryFilter(this.memories);

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	private final SessionUse use = this.filter.begin(this.request);

	private final Allocator allocator = this.filter.allocator("sessionAllocator");

	@BeforeEach
	void handOn() {
		this.request.setAttribute(this.filter.attribute(), this.use);
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(this.request));
	}

	@Override
	public Allocator allocator() {
		return this.allocator;
	}

	@Override
	public Set<Kind> detectedMisuse() {
		return EnumSet.allOf(Kind.class);
	}

	@Override
	public void verifyAllFreed() {
		assertThat(this.tree.root().budget().used()).isZero();
		RequestContextHolder.resetRequestAttributes();
		this.use.complete();
		this.memories.close();
		assertThat(this.tree.get("session").stats().openRegions()).isZero();
		this.tree.close();
	}

}
