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
 * The memory of a request, on a thread it was handed on to, keeps the contract of
 * allocators.
 */
class RequestAllocatorContractTests extends AllocatorContract {

	private final AllocatorTree tree = new AllocatorTree(Backends.get("system"), List.of(), (spec) -> {
	});

	private final RequestMemoryFilter filter = new RequestMemoryFilter(
			this.tree.addScope("request", MemoryLimit.UNLIMITED, MemoryLimit.UNLIMITED), RequestHandling.UNKNOWN);

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	private final RequestMemory memory = this.filter.begin(this.request);

	private final Allocator allocator = this.filter.allocator("requestAllocator");

	@BeforeEach
	void handOn() {
		this.request.setAttribute(this.filter.attribute(), this.memory);
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
		this.memory.complete();
		assertThat(this.tree.root().budget().used()).isZero();
		this.tree.close();
	}

}
