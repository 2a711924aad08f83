package io.freehold.spring.autoconfigure.scope.ending;

import java.util.Locale;

/**
 * The rows of the table.
 */
enum Scope {

	REQUEST, SESSION, THREAD, TRANSACTION, METHOD,

	/** The request of a reactive application. */
	EXCHANGE;

	/** Returns the name of the allocator that has all instances below it. */
	String node() {
		return (this == EXCHANGE) ? "request" : toString();
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
