package io.freehold.spring.autoconfigure;

import java.util.List;

/**
 * Thrown when there are properties under {@code freehold} that no module knows.
 */
final class UnknownPropertiesException extends IllegalStateException {

	private final List<String> properties;

	UnknownPropertiesException(List<String> properties) {
		super("unknown configuration properties: " + String.join("; ", properties));
		this.properties = properties;
	}

	/** Returns each with its origin, and with what may have been meant. */
	List<String> getProperties() {
		return this.properties;
	}

}
