package io.freehold.spring.scope.servlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MemoryLimit;

import jakarta.servlet.Filter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Two contexts that see the same request each give it memory of their own.
 */
class TwoContextsTests {

	private static final Layout LAYOUT = Layout.ofBytes(5000);

	private final AllocatorTree first = tree();

	private final AllocatorTree second = tree();

	private static AllocatorTree tree() {
		return new AllocatorTree(Backends.get("pooled"), List.of(), (spec) -> {
		});
	}

	@AfterEach
	void close() {
		this.first.close();
		this.second.close();
	}

	private static void nested(Filter outer, Filter inner, Callable<?> work) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
		try {
			outer.doFilter(request, new MockHttpServletResponse(),
					(same, response) -> inner.doFilter(same, response, (_, _) -> call(work)));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			RequestContextHolder.resetRequestAttributes();
		}
	}

	private static void call(Callable<?> work) {
		try {
			work.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whenRequestPassesFiltersOfBothShouldTakeRequestMemoryFromEach() {
		ManagedAllocator small = this.second.addScope("request", new MemoryLimit(1000), MemoryLimit.UNLIMITED);
		ManagedAllocator large = this.first.addScope("request", MemoryLimit.UNLIMITED, MemoryLimit.UNLIMITED);
		RequestMemoryFilter outer = new RequestMemoryFilter(large, RequestHandling.UNKNOWN);
		RequestMemoryFilter inner = new RequestMemoryFilter(small, RequestHandling.UNKNOWN);
		Allocator outerAllocator = outer.allocator("requestAllocator");
		Allocator innerAllocator = inner.allocator("requestAllocator");
		nested(outer, inner, () -> {
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> innerAllocator.allocate(LAYOUT));
			outerAllocator.allocate(LAYOUT);
			assertThat(large.budget().used()).isGreaterThanOrEqualTo(5000);
			assertThat(small.budget().used()).isZero();
			assertThat(inner.handedOn()).isNotNull().isNotSameAs(outer.handedOn());
			return null;
		});
		assertThat(large.budget().used()).isZero();
	}

	@Test
	void whenRequestPassesFiltersOfBothShouldTakeSessionMemoryFromEach() {
		ManagedAllocator small = this.second.addScope("session", new MemoryLimit(1000), MemoryLimit.UNLIMITED);
		ManagedAllocator large = this.first.addScope("session", MemoryLimit.UNLIMITED, MemoryLimit.UNLIMITED);
		try (SessionMemories outerMemories = new SessionMemories(large, Duration.ofHours(1));
				SessionMemories innerMemories = new SessionMemories(small, Duration.ofHours(1))) {
			SessionMemoryFilter outer = new SessionMemoryFilter(outerMemories);
			SessionMemoryFilter inner = new SessionMemoryFilter(innerMemories);
			Allocator outerAllocator = outer.allocator("sessionAllocator");
			Allocator innerAllocator = inner.allocator("sessionAllocator");
			nested(outer, inner, () -> {
				assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> innerAllocator.allocate(LAYOUT));
				outerAllocator.allocate(LAYOUT);
				assertThat(large.budget().used()).isEqualTo(5000);
				assertThat(small.budget().used()).isZero();
				return null;
			});
		}
	}

}
