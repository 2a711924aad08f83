package io.freehold.spring.scope.servlet;

/**
 * Something that a web request has until it is really complete, however many threads and
 * dispatches that takes. {@link RequestBoundFilter} tells it of its life.
 */
abstract class RequestBound {

	/** A dispatch begins within another of the same request: a forward or an include. */
	void nestedDispatchBegins() {
	}

	/** A dispatch within another is over. */
	void nestedDispatchEnds() {
	}

	/**
	 * A dispatch is over. Called by its thread.
	 * @param goesOn whether the request goes on without this thread
	 */
	void dispatchEnds(boolean goesOn) {
	}

	/**
	 * The request is complete. Called by whatever thread completes it, perhaps twice.
	 */
	abstract void complete();

	/** Whether the request is complete. */
	abstract boolean isComplete();

}
