package io.freehold.sample.objects;

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
public final class ObjectException extends ErrorResponseException {

	private ObjectException(HttpStatus status, String detail, @Nullable Throwable cause) {
		super(status, ProblemDetail.forStatusAndDetail(status, detail), cause);
	}

	public static ObjectException notFound(String key) {
		return missing("There is no object '" + key + "'.");
	}

	public static ObjectException missing(String detail) {
		return new ObjectException(HttpStatus.NOT_FOUND, detail, null);
	}

	public static ObjectException badRequest(String detail, @Nullable Throwable cause) {
		return new ObjectException(HttpStatus.BAD_REQUEST, detail, cause);
	}

	public static ObjectException encoded(String encoding) {
		return new ObjectException(HttpStatus.UNSUPPORTED_MEDIA_TYPE,
				"Objects are stored as they are, not with content encoding '" + encoding + "'.", null);
	}

	public static ObjectException preconditionFailed() {
		return new ObjectException(HttpStatus.PRECONDITION_FAILED, "The object is not what the request expects.", null);
	}

	public static ObjectException shuttingDown(@Nullable AllocationException cause) {
		return new ObjectException(HttpStatus.SERVICE_UNAVAILABLE, "The service is shutting down.", cause);
	}

	public static ObjectException tooLarge(long maxSize) {
		return new ObjectException(HttpStatus.CONTENT_TOO_LARGE,
				"An object may have " + maxSize + " bytes, before compression.", null);
	}

	public static ObjectException noRoom(long storedSize, long limit) {
		return new ObjectException(HttpStatus.INSUFFICIENT_STORAGE, "The object has " + storedSize
				+ " bytes, compressed; all objects together may have " + limit + " bytes.", null);
	}

	public static ObjectException noRoom(AllocationException cause) {
		return new ObjectException(HttpStatus.INSUFFICIENT_STORAGE, "There is no memory for the object at the moment.",
				cause);
	}

	public static ObjectException of(AllocationException cause) {
		return (cause.reason() == AllocationException.Reason.CLOSED) ? shuttingDown(cause) : busy(cause);
	}

	public static ObjectException conflict(String detail, @Nullable Throwable cause) {
		return new ObjectException(HttpStatus.CONFLICT, detail, cause);
	}

	public static ObjectException busy(AllocationException cause) {
		ObjectException busy = new ObjectException(HttpStatus.SERVICE_UNAVAILABLE,
				"There is no memory to answer the request at the moment.", cause);
		busy.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
		return busy;
	}

}
