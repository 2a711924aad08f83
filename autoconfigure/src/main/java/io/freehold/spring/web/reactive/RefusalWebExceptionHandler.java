package io.freehold.spring.web.reactive;

import io.freehold.AllocationException;
import io.freehold.spring.web.Refusals;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.handler.ExceptionHandlingWebHandler;

/**
 * Answers refusals of memory with 503 in Spring WebFlux, after all handlers of the
 * application's have been asked. The body is that of any error.
 */
public final class RefusalWebExceptionHandler implements WebExceptionHandler, Ordered {

	/** Before that of Spring Boot, which writes the body. */
	private static final int ORDER = -2;

	private final Refusals refusals;

	/**
	 * Creates the handler.
	 * @param refusals the rules
	 */
	public RefusalWebExceptionHandler(Refusals refusals) {
		this.refusals = refusals;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
		AllocationException refusal = exchange.getResponse().isCommitted() ? null : this.refusals.find(failure);
		if (refusal == null) {
			return Mono.error(failure);
		}
		String retryAfter = this.refusals.retryAfter(refusal);
		if (retryAfter != null) {
			exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, retryAfter);
		}
		// what is observed is the refusal, and not the exception that gives it a status
		exchange.getResponse()
			.beforeCommit(() -> Mono.fromRunnable(
					() -> exchange.getAttributes().put(ExceptionHandlingWebHandler.HANDLED_WEB_EXCEPTION, refusal)));
		return Mono.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, null, refusal));
	}

}
