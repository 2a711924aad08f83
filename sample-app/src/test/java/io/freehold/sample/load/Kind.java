package io.freehold.sample.load;

/**
 * A kind of request, and how many requests in some hundred are of it.
 */
enum Kind {

	/** Plain requests, served by the thread they came in on. */
	PLAIN(30),

	/** Requests that end with an exception that is handled. */
	EXCEPTION(8),

	/** Requests that end with an error dispatch. */
	ERROR_DISPATCH(4),

	/** {@code Callable}. */
	CALLABLE(5),

	/** {@code DeferredResult}, set by the thread of another request. */
	DEFERRED(6),

	/** {@code DeferredResult} that is never set. */
	TIMEOUT(4),

	/** {@code CompletableFuture}, of a method with {@code @Async}: scope thread. */
	FUTURE(8),

	/** {@code StreamingResponseBody}. */
	STREAM(2),

	/** {@code SseEmitter}. */
	EVENTS(5),

	/** Scope method. */
	METHOD(8),

	/** Scope session. */
	SESSION(8),

	/** Scope transaction. */
	TRANSACTION(6);

	private final int weight;

	Kind(int weight) {
		this.weight = weight;
	}

	int weight() {
		return this.weight;
	}

}
