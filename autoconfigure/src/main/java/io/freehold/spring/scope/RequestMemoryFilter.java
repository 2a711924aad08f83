package io.freehold.spring.scope;

import java.io.IOException;
import java.util.function.Predicate;

import io.freehold.managed.ManagedAllocator;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Owns the memory of web requests: it begins here, and is freed once, when the request is
 * really complete. That is at the end of the dispatch for a synchronous request,
 * exception or not, and at {@link AsyncListener#onComplete} for an asynchronous one,
 * which comes after its last dispatch, its timeout or its error.
 *
 * <p>
 * An error dispatch that follows a synchronous request is served from memory of its own.
 * The filter must see the dispatcher types REQUEST, ASYNC and ERROR.
 */
public final class RequestMemoryFilter implements Filter {

	private static final ThreadLocal<@Nullable RequestMemory> CURRENT = new ThreadLocal<>();

	private final ManagedAllocator allocator;

	private final Predicate<ServletRequest> staysOnThread;

	/**
	 * Creates a filter.
	 * @param allocator where requests open their regions
	 * @param staysOnThread tells which requests are sure to be completed by the thread
	 * that first asks for memory
	 */
	public RequestMemoryFilter(ManagedAllocator allocator, Predicate<ServletRequest> staysOnThread) {
		this.allocator = allocator;
		this.staysOnThread = staysOnThread;
	}

	/** Returns the memory of the request that the calling thread dispatches, or null. */
	static @Nullable RequestMemory current() {
		return CURRENT.get();
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		RequestMemory present = (RequestMemory) request.getAttribute(RequestMemory.ATTRIBUTE);
		boolean begins = present == null || present.isClosed();
		RequestMemory memory = begins ? new RequestMemory(this.allocator, request, this.staysOnThread) : present;
		request.setAttribute(RequestMemory.ATTRIBUTE, memory);
		RequestMemory outer = CURRENT.get();
		CURRENT.set(memory);
		try {
			chain.doFilter(request, response);
		}
		finally {
			if (outer == null) {
				CURRENT.remove();
			}
			else {
				CURRENT.set(outer);
			}
			if (begins) {
				end(request, memory);
			}
			else {
				memory.continueElsewhere();
			}
		}
	}

	private static void end(ServletRequest request, RequestMemory memory) {
		boolean goesOn = false;
		try {
			if (request.isAsyncStarted()) {
				// before anybody else can complete the request
				memory.continueElsewhere();
				request.getAsyncContext().addListener(new Completion(memory));
				goesOn = true;
			}
		}
		finally {
			if (!goesOn) {
				memory.close();
				request.removeAttribute(RequestMemory.ATTRIBUTE);
			}
		}
	}

	/**
	 * Frees the memory when an asynchronous request is complete.
	 */
	private record Completion(RequestMemory memory) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.memory.close();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			// onComplete follows
		}

		@Override
		public void onError(AsyncEvent event) {
			// onComplete follows
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			// the listeners do not outlive the cycle
			event.getAsyncContext().addListener(this);
		}

	}

}
