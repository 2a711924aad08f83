package io.freehold.spring.autoconfigure;

import io.freehold.spi.Availability;

/**
 * Thrown when the configured backend does not exist or does not work here.
 */
final class BackendUnavailableException extends IllegalStateException {

	private final String backend;

	private final Availability availability;

	BackendUnavailableException(String backend, Availability availability) {
		super("backend '" + backend + "' is " + availability);
		this.backend = backend;
		this.availability = availability;
	}

	String getBackend() {
		return this.backend;
	}

	Availability getAvailability() {
		return this.availability;
	}

}
