package io.freehold.spring;

/**
 * Thrown when something cannot be the name of an allocator.
 */
public class InvalidAllocatorNameException extends IllegalArgumentException {

	private final String name;

	private final String reason;

	/**
	 * Creates an exception.
	 * @param name the name as it was written
	 * @param reason the rule it breaks, as a clause
	 */
	public InvalidAllocatorNameException(String name, String reason) {
		super("'" + name + "' cannot be the name of an allocator: " + reason);
		this.name = name;
		this.reason = reason;
	}

	/**
	 * Returns the name as it was written.
	 * @return the name
	 */
	public String getName() {
		return this.name;
	}

	/**
	 * Returns the rule it breaks.
	 * @return a clause
	 */
	public String getReason() {
		return this.reason;
	}

}
