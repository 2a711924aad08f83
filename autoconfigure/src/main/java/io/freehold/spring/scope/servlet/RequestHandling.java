package io.freehold.spring.scope.servlet;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Knows who handles web requests, and whether on one thread from beginning to end.
 */
public interface RequestHandling {

	/** Knows nothing. */
	RequestHandling UNKNOWN = new RequestHandling() {

		@Override
		public @Nullable Object handler(ServletRequest request) {
			return null;
		}

		@Override
		public boolean isSynchronous(Object handler) {
			return false;
		}

	};

	/**
	 * Returns what handles a request.
	 * @param request the request
	 * @return the handler, null if it is not known, or not yet
	 */
	@Nullable Object handler(ServletRequest request);

	/**
	 * Returns whether requests are sure to be completed by the thread that calls the
	 * handler.
	 * @param handler a handler that was returned by {@link #handler}
	 * @return whether they are; false if it is not sure
	 */
	boolean isSynchronous(Object handler);

}
