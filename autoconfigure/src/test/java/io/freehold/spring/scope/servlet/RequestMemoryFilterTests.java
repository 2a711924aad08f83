package io.freehold.spring.scope.servlet;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.scope.MissingScopeException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The life of a request's memory, dispatch by dispatch.
 */
class RequestMemoryFilterTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	private final Handling handling = new Handling();

	private final RequestMemoryFilter filter = new RequestMemoryFilter(this.root, this.handling);

	private final Allocator allocator = this.filter.allocator("requestAllocator");

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	RequestMemoryFilterTests() {
		this.request.setAsyncSupported(true);
	}

	@AfterEach
	void close() {
		RequestContextHolder.resetRequestAttributes();
		assertThat(this.root.stats().openRegions()).isZero();
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
	}

	private void dispatch(FilterChain chain) throws ServletException, IOException {
		this.filter.doFilter(this.request, new MockHttpServletResponse(), chain);
	}

	private AsyncContext asyncContext() {
		return Objects.requireNonNull(this.request.getAsyncContext());
	}

	@Test
	void whenChainThrowsShouldFreeMemory() {
		assertThatExceptionOfType(ServletException.class).isThrownBy(() -> dispatch((request, response) -> {
			this.allocator.allocate(LAYOUT);
			throw new ServletException("on purpose");
		})).withMessage("on purpose");
		assertThat(this.root.stats().regionsClosed()).isOne();
	}

	@Test
	void whenFilterIsPassedTwiceInOneDispatchShouldKeepMemoryUntilTheOuterEnds() throws Exception {
		dispatch((request, response) -> {
			var block = this.allocator.allocate(LAYOUT);
			dispatch((innerRequest, innerResponse) -> this.allocator.allocate(LAYOUT));
			block.fill((byte) 1);
			this.allocator.allocate(LAYOUT);
		});
		assertThat(this.root.stats().regionsOpened()).isOne();
	}

	@Test
	void whenRequestGoesThroughAnotherInTheMiddleShouldComeBackToItsOwnMemory() throws Exception {
		dispatch((request, response) -> {
			var block = this.allocator.allocate(LAYOUT);
			this.filter.doFilter(new MockHttpServletRequest(), new MockHttpServletResponse(),
					(otherRequest, otherResponse) -> this.allocator.allocate(LAYOUT));
			block.fill((byte) 1);
			this.allocator.allocate(LAYOUT);
		});
		assertThat(this.root.stats().regionsOpened()).isEqualTo(2);
	}

	@Test
	void whenCompletedTwiceShouldFreeMemoryOnce() throws Exception {
		dispatch((request, response) -> {
			this.allocator.allocate(LAYOUT);
			this.request.startAsync(request, response);
		});
		assertThat(this.root.stats().openRegions()).isOne();
		AsyncContext context = asyncContext();
		context.complete();
		context.complete();
		assertThat(this.root.stats().regionsClosed()).isOne();
	}

	@Test
	void whenAsynchronousDispatchFollowsShouldUseTheSameMemory() throws Exception {
		dispatch((request, response) -> {
			this.allocator.allocate(LAYOUT);
			this.request.startAsync(request, response);
		});
		AsyncContext context = asyncContext();
		dispatch((request, response) -> this.allocator.allocate(LAYOUT));
		assertThat(this.root.stats().regionsOpened()).isOne();
		context.complete();
	}

	@Test
	void whenResponseFailsShouldFreeMemoryAlthoughNobodyTellsOfTheEnd() throws Exception {
		dispatch((request, response) -> {
			this.allocator.allocate(LAYOUT);
			this.request.startAsync(request, response);
		});
		MockAsyncContext context = (MockAsyncContext) asyncContext();
		for (AsyncListener listener : context.getListeners()) {
			listener.onError(new AsyncEvent(context, new IOException("on purpose")));
		}
		assertThat(this.root.stats().openRegions()).isZero();
		// because of the failure
		this.request.setAsyncStarted(false);
		this.request.setDispatcherType(DispatcherType.ASYNC);
		dispatch((request, response) -> this.allocator.allocate(LAYOUT));
		assertThat(this.root.stats().regionsClosed()).isEqualTo(2);
		context.complete();
	}

	@Test
	void whenHandlerWasThoughtSynchronousButIsNotShouldEndConfinedMemoryWithDispatch() throws Exception {
		dispatch((request, response) -> {
			request.setAttribute("handler", "synchronous");
			this.allocator.allocate(LAYOUT);
			this.request.startAsync(request, response);
		});
		assertThat(this.root.stats().openRegions()).isZero();
		dispatch((request, response) -> {
			var block = this.allocator.allocate(LAYOUT);
			// shared from now on
			Thread other = Thread.ofPlatform().start(() -> block.fill((byte) 1));
			join(other);
		});
		AsyncContext context = asyncContext();
		context.complete();
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whenThreadKeepsAttributesOfCompleteRequestShouldNameMissingScope() throws Exception {
		ServletRequestAttributes attributes = new ServletRequestAttributes(this.request);
		dispatch((request, response) -> this.allocator.allocate(LAYOUT));
		RequestContextHolder.setRequestAttributes(attributes);
		assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> this.allocator.allocate(LAYOUT));
		attributes.requestCompleted();
		assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> this.allocator.allocate(LAYOUT))
			.withMessageContaining("there is no request scope");
	}

	@Test
	void whenSpringHandsRequestOnShouldUseItsMemoryOnAnotherThread() throws Exception {
		dispatch((request, response) -> {
			this.allocator.allocate(LAYOUT);
			ServletRequestAttributes attributes = new ServletRequestAttributes(this.request);
			Thread other = Thread.ofPlatform().start(() -> {
				RequestContextHolder.setRequestAttributes(attributes);
				this.allocator.allocate(LAYOUT);
			});
			join(other);
			assertThat(this.root.stats().allocations()).isOne();
		});
		assertThat(this.root.stats().regionsOpened()).isOne();
	}

	@Test
	void whenBlocksAreResizedAndFreedShouldReachTheRegion() throws Exception {
		dispatch((request, response) -> {
			Layout twice = Layout.ofBytes(32);
			var block = this.allocator.allocateZeroed(LAYOUT);
			block = this.allocator.grow(block, LAYOUT, twice);
			block = this.allocator.shrink(block, twice, LAYOUT);
			block = this.allocator.growZeroed(block, LAYOUT, twice);
			assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
			this.allocator.deallocate(block, twice);
			assertThat(this.allocator).hasToString("requestAllocator");
			var last = block;
			assertThatIllegalStateException().isThrownBy(() -> this.allocator.grow(last, twice, Layout.ofBytes(64)));
		});
	}

	@Test
	void whenFirstUsedByAThreadItIsHandedOnToShouldStillEndWithTheDispatch() throws Exception {
		MemorySegment[] blocks = new MemorySegment[2];
		dispatch((request, response) -> {
			request.setAttribute("handler", "synchronous");
			CompletableFuture.runAsync(() -> {
				RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(this.request));
				try {
					blocks[0] = this.allocator.allocate(LAYOUT).fill((byte) 1);
				}
				finally {
					RequestContextHolder.resetRequestAttributes();
				}
			}).join();
			assertThat(blocks[0].get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
			blocks[1] = this.allocator.allocate(LAYOUT);
		});
		for (MemorySegment block : blocks) {
			assertThat(block.scope().isAlive()).isFalse();
		}
		assertThat(this.root.stats().regionsClosed()).isEqualTo(this.root.stats().regionsOpened());
	}

	@Test
	void whenForwardedToAsynchronousHandlerShouldShareWhatItTakes() throws Exception {
		dispatch((request, response) -> {
			request.setAttribute("handler", "synchronous one");
			var before = this.allocator.allocate(LAYOUT);
			this.request.setDispatcherType(DispatcherType.FORWARD);
			dispatch((forwarded, forwardedResponse) -> {
				// not known yet who it is forwarded to
				assertThat(isShared(this.allocator.allocate(LAYOUT))).isTrue();
				request.setAttribute("handler", "asynchronous");
				assertThat(isShared(this.allocator.allocate(LAYOUT))).isTrue();
				before.fill((byte) 1);
			});
			this.request.setDispatcherType(DispatcherType.REQUEST);
			assertThat(isShared(this.allocator.allocate(LAYOUT))).isFalse();
			before.fill((byte) 1);
		});
	}

	@Test
	void whenAnotherHandlerIsIncludedShouldKeepWhatItTakesUntilTheEnd() throws Exception {
		dispatch((request, response) -> {
			request.setAttribute("handler", "synchronous one");
			this.allocator.allocate(LAYOUT);
			this.request.setDispatcherType(DispatcherType.INCLUDE);
			MemorySegment[] included = new MemorySegment[1];
			dispatch((includedRequest, includedResponse) -> {
				request.setAttribute("handler", "synchronous two");
				included[0] = this.allocator.allocate(LAYOUT);
				assertThat(isShared(included[0])).isFalse();
			});
			this.request.setDispatcherType(DispatcherType.REQUEST);
			included[0].fill((byte) 1);
		});
		assertThat(this.root.stats().regionsOpened()).isOne();
	}

	@Test
	void whenErrorIsDispatchedShouldNotTrustTheHandlerThatFailed() throws Exception {
		dispatch((request, response) -> {
			request.setAttribute("handler", "synchronous one");
			assertThat(isShared(this.allocator.allocate(LAYOUT))).isFalse();
		});
		this.request.setDispatcherType(DispatcherType.ERROR);
		dispatch((request, response) -> assertThat(isShared(this.allocator.allocate(LAYOUT))).isTrue());
		assertThat(this.root.stats().regionsOpened()).isEqualTo(2);
	}

	@Test
	void whenRequestCannotBeAsynchronousShouldNeedNoHandler() throws Exception {
		this.request.setAsyncSupported(false);
		dispatch((request, response) -> assertThat(isShared(this.allocator.allocate(LAYOUT))).isFalse());
	}

	@Test
	void whenBlockIsTakenByAFilterAndGrownByTheHandlerShouldGrow() throws Exception {
		dispatch((request, response) -> {
			MemorySegment block = this.allocator.allocate(LAYOUT);
			request.setAttribute("handler", "synchronous");
			this.allocator.allocate(LAYOUT);
			block = this.allocator.grow(block, LAYOUT, Layout.ofBytes(32));
			this.allocator.deallocate(block, Layout.ofBytes(32));
		});
	}

	@Test
	void whenBlockIsTakenBeforeAForwardShouldBeFreedWithinIt() throws Exception {
		dispatch((request, response) -> {
			request.setAttribute("handler", "synchronous one");
			MemorySegment block = this.allocator.allocate(LAYOUT);
			this.request.setDispatcherType(DispatcherType.FORWARD);
			dispatch((forwarded, forwardedResponse) -> {
				request.setAttribute("handler", "asynchronous");
				this.allocator.deallocate(block, LAYOUT);
			});
			this.request.setDispatcherType(DispatcherType.REQUEST);
		});
	}

	private static boolean isShared(MemorySegment block) {
		return block.isAccessibleBy(new Thread());
	}

	/** Handlers are texts, put into the request as an attribute. */
	private static final class Handling implements RequestHandling {

		@Override
		public @Nullable Object handler(ServletRequest request) {
			return request.getAttribute("handler");
		}

		@Override
		public boolean isSynchronous(Object handler) {
			return handler.toString().startsWith("synchronous");
		}

	}

}
