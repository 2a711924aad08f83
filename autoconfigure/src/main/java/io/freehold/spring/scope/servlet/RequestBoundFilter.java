package io.freehold.spring.scope.servlet;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Follows web requests to their end. That is the end of the dispatch for a synchronous
 * request, exception or not, and for an asynchronous one {@link AsyncListener#onError},
 * such as when the client has gone, or {@link AsyncListener#onComplete}, which comes
 * after its last dispatch or its timeout. A dispatch that follows an error, or a
 * synchronous request, counts as another request.
 *
 * <p>
 * The filter must see all dispatcher types.
 *
 * @param <B> what requests have while they last
 */
abstract class RequestBoundFilter<B extends RequestBound> implements Filter {

	private final Class<B> type;

	/**
	 * One for each filter: several applications may see one request, and each has memory
	 * of its own. Random, since their class loaders may differ.
	 */
	private final String attribute;

	/** What the request has that the thread dispatches. One for each filter. */
	@SuppressWarnings("ThreadLocalUsage")
	private final ThreadLocal<@Nullable B> current = new ThreadLocal<>();

	RequestBoundFilter(Class<B> type) {
		this.type = type;
		this.attribute = type.getName() + "." + Long.toHexString(ThreadLocalRandom.current().nextLong());
	}

	/** Returns the name of the attribute of requests by which this filter knows them. */
	final String attribute() {
		return this.attribute;
	}

	/** A request begins. */
	abstract B begin(HttpServletRequest request);

	/** Returns what the request has that the calling thread dispatches, or null. */
	final @Nullable B dispatched() {
		return this.current.get();
	}

	/**
	 * Returns what the request has that Spring has handed on to the calling thread, or
	 * null.
	 */
	final @Nullable B handedOn() {
		RequestAttributes attributes = RequestContextHolder.getRequestAttributes();
		if (attributes == null) {
			return null;
		}
		try {
			return this.type.cast(attributes.getAttribute(this.attribute, RequestAttributes.SCOPE_REQUEST));
		}
		catch (IllegalStateException ex) {
			// the dispatch that they belong to is over
			return null;
		}
	}

	@Override
	public final void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		B present = this.type.cast(request.getAttribute(this.attribute));
		B outer = this.current.get();
		if (present == null || present.isComplete()) {
			begin((HttpServletRequest) request, response, chain, outer);
		}
		else if (present == outer) {
			nest(present, request, response, chain);
		}
		else {
			goOn(present, request, response, chain, outer);
		}
	}

	/** Another dispatch of a request whose completion somebody will tell. */
	private void goOn(B bound, ServletRequest request, ServletResponse response, FilterChain chain, @Nullable B outer)
			throws IOException, ServletException {
		boolean thrown = true;
		try {
			dispatch(bound, request, response, chain, outer);
			thrown = false;
		}
		finally {
			boolean dropped = thrown && response.isCommitted();
			boolean over = true;
			try {
				over = !dispatchEnds(bound, request, dropped) && dropped;
			}
			finally {
				if (over) {
					bound.complete();
				}
			}
		}
	}

	private void begin(HttpServletRequest request, ServletResponse response, FilterChain chain, @Nullable B outer)
			throws IOException, ServletException {
		B bound = begin(request);
		boolean thrown = true;
		boolean followed = false;
		try {
			request.setAttribute(this.attribute, bound);
			dispatch(bound, request, response, chain, outer);
			thrown = false;
		}
		finally {
			try {
				followed = dispatchEnds(bound, request, thrown && response.isCommitted());
			}
			finally {
				if (!followed) {
					request.removeAttribute(this.attribute);
					bound.complete();
				}
			}
		}
	}

	/**
	 * Returns whether somebody will tell when the request is complete.
	 * @param dropped whether no error can be sent any more although there is one: Jetty
	 * then drops the request and tells nobody
	 */
	private boolean dispatchEnds(B bound, ServletRequest request, boolean dropped) {
		boolean goesOn = request.isAsyncStarted();
		// before anybody else can complete the request
		bound.dispatchEnds(goesOn);
		if (!goesOn || dropped) {
			return false;
		}
		request.getAsyncContext().addListener(new Completion(bound));
		return true;
	}

	private static void nest(RequestBound bound, ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request.getDispatcherType() == DispatcherType.REQUEST) {
			// the same dispatch comes by a second time
			chain.doFilter(request, response);
			return;
		}
		bound.nestedDispatchBegins();
		try {
			chain.doFilter(request, response);
		}
		finally {
			bound.nestedDispatchEnds();
		}
	}

	private void dispatch(B bound, ServletRequest request, ServletResponse response, FilterChain chain,
			@Nullable B outer) throws IOException, ServletException {
		this.current.set(bound);
		try {
			chain.doFilter(request, response);
		}
		finally {
			if (outer == null) {
				this.current.remove();
			}
			else {
				this.current.set(outer);
			}
		}
	}

	/**
	 * Told when an asynchronous request is complete. Added when a dispatch is over, so
	 * that it comes after the listeners that were added within.
	 */
	private final class Completion implements AsyncListener {

		private final B bound;

		Completion(B bound) {
			this.bound = bound;
		}

		@Override
		public void onComplete(AsyncEvent event) {
			this.bound.complete();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			// onComplete follows
		}

		@Override
		public void onError(AsyncEvent event) {
			// onComplete should follow, but Tomcat forgets it when a response fails that
			// its own handler is still at, and the request is dispatched because of that
			this.bound.complete();
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			// listeners do not outlive the cycle, but another is added after this
			// dispatch
			if (dispatched() != this.bound) {
				event.getAsyncContext().addListener(this);
			}
		}

	}

}
