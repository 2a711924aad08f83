package io.freehold.spring.web.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;

import io.freehold.AllocationException;
import io.freehold.spring.web.Refusals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers refusals of memory with 503 in Spring MVC, after all handlers of the
 * application's have been asked. The body is that of any error.
 */
public final class RefusalExceptionResolver implements HandlerExceptionResolver, Ordered {

	private final Refusals refusals;

	/**
	 * Creates the resolver.
	 * @param refusals the rules
	 */
	public RefusalExceptionResolver(Refusals refusals) {
		this.refusals = refusals;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception failure) {
		AllocationException refusal = response.isCommitted() ? null : this.refusals.find(failure);
		if (refusal == null) {
			return null;
		}
		ServerHttpObservationFilter.findObservationContext(request).ifPresent((context) -> context.setError(refusal));
		String retryAfter = this.refusals.retryAfter(refusal);
		if (retryAfter != null) {
			response.setHeader(HttpHeaders.RETRY_AFTER, retryAfter);
		}
		try {
			response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new ModelAndView();
	}

}
