package io.freehold.spring;

/**
 * Thrown when a limit does not follow the grammar of {@link MemoryLimit}.
 */
public class InvalidMemoryLimitException extends IllegalArgumentException {

	private final String value;

	InvalidMemoryLimitException(String value) {
		super("'" + value + "' is not a valid memory limit: it must be " + MemoryLimit.GRAMMAR);
		this.value = value;
	}

	/**
	 * Returns what was written.
	 * @return the text
	 */
	public String getValue() {
		return this.value;
	}

}
