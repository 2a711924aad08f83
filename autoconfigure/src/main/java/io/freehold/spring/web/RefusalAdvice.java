package io.freehold.spring.web;

import io.freehold.AllocationException;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Answers refusals of memory with a problem detail, in either web stack. Handlers of the
 * application's come first.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class RefusalAdvice {

	private final Refusals refusals;

	/**
	 * Creates the advice.
	 * @param refusals the rules
	 */
	public RefusalAdvice(Refusals refusals) {
		this.refusals = refusals;
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> refused(AllocationException failure) {
		AllocationException refusal = this.refusals.find(failure);
		if (refusal == null) {
			// not for this advice
			throw failure;
		}
		ResponseEntity.BodyBuilder response = ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE);
		String retryAfter = this.refusals.retryAfter(refusal);
		if (retryAfter != null) {
			response.header(HttpHeaders.RETRY_AFTER, retryAfter);
		}
		return response.body(ProblemDetail.forStatus(HttpStatus.SERVICE_UNAVAILABLE));
	}

}
