package io.freehold.spring.scope.servlet;

import java.io.IOException;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;

import jakarta.servlet.ServletException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the filter asks a request for. With Spring Session that asks its store.
 */
class SessionMemoryFilterTests {

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	private final SessionMemories memories = new SessionMemories(this.root, null);

	private final SessionMemoryFilter filter = new SessionMemoryFilter(this.memories);

	private final Allocator allocator = this.filter.allocator("sessionAllocator");

	private final Request request = new Request();

	@AfterEach
	void close() {
		this.memories.close();
		this.root.close();
	}

	@Test
	void whenNoSessionHasMemoryShouldNotAskForTheSession() throws ServletException, IOException {
		handle(this.request, () -> {
		});
		assertThat(this.request.asked).isZero();
	}

	@Test
	void whenSessionsHaveMemoryShouldAskForTheSession() throws ServletException, IOException {
		MockHttpServletRequest other = new MockHttpServletRequest();
		handle(other, () -> this.allocator.allocate(Layout.ofBytes(16)));
		handle(this.request, () -> {
		});
		assertThat(this.request.asked).isPositive();
	}

	private void handle(MockHttpServletRequest request, Runnable handler) throws ServletException, IOException {
		this.filter.doFilter(request, new MockHttpServletResponse(), (_, _) -> handler.run());
	}

	private static final class Request extends MockHttpServletRequest {

		private int asked;

		@Override
		public String getRequestedSessionId() {
			this.asked++;
			return "unknown";
		}

	}

}
