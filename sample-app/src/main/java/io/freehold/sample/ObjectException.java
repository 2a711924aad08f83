package io.freehold.sample;

import io.freehold.AllocationException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A request that cannot be fulfilled, and what to answer: a problem detail with the
 * status that tells whose fault it is and whether trying again makes sense.
 */
final class ObjectException extends ErrorResponseException {

	private ObjectException(HttpStatus status, String detail, @Nullable Throwable cause) {
		super(status, ProblemDetail.forStatusAndDetail(status, detail), cause);
	}

	static ObjectException notFound(String key) {
		return new ObjectException(HttpStatus.NOT_FOUND, "There is no object '" + key + "'.", null);
	}

	static ObjectException badRequest(String detail, @Nullable Throwable cause) {
		return new ObjectException(HttpStatus.BAD_REQUEST, detail, cause);
	}

	static ObjectException encoded(String encoding) {
		return new ObjectException(HttpStatus.UNSUPPORTED_MEDIA_TYPE,
				"Objects are stored as they are, not with content encoding '" + encoding + "'.", null);
	}

	static ObjectException preconditionFailed() {
		return new ObjectException(HttpStatus.PRECONDITION_FAILED, "The object is not what the request expects.", null);
	}

	static ObjectException shuttingDown(@Nullable AllocationException cause) {
		return new ObjectException(HttpStatus.SERVICE_UNAVAILABLE, "The service is shutting down.", cause);
	}

	static ObjectException tooLarge(long maxSize) {
		return new ObjectException(HttpStatus.CONTENT_TOO_LARGE,
				"An object may have " + maxSize + " bytes, before compression.", null);
	}

	static ObjectException noRoom(long storedSize, long limit) {
		return new ObjectException(HttpStatus.INSUFFICIENT_STORAGE, "The object has " + storedSize
				+ " bytes, compressed; all objects together may have " + limit + " bytes.", null);
	}

	static ObjectException noRoom(AllocationException cause) {
		return new ObjectException(HttpStatus.INSUFFICIENT_STORAGE, "There is no memory for the object at the moment.",
				cause);
	}

	static ObjectException busy(AllocationException cause) {
		ObjectException busy = new ObjectException(HttpStatus.SERVICE_UNAVAILABLE,
				"There is no memory to answer the request at the moment.", cause);
		busy.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
		return busy;
	}

}
