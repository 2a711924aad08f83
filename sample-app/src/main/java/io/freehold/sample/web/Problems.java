package io.freehold.sample.web;

import io.freehold.AllocationException;
import io.freehold.sample.objects.ObjectException;

import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers a request whose scope may not have the memory, if the controller has nothing
 * better to say.
 */
@RestControllerAdvice
class Problems {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> refused(AllocationException refused) {
		ObjectException problem = ObjectException.of(refused);
		return ResponseEntity.status(problem.getStatusCode()).headers(problem.getHeaders()).body(problem.getBody());
	}

}
