package io.freehold;

/**
 * Thrown when a size and an alignment do not make a {@link Layout}, or when the
 * arithmetic on layouts leaves the range of sizes. The message names the rule that was
 * broken and the value that broke it.
 */
public class LayoutException extends IllegalArgumentException {

	/**
	 * Creates an exception.
	 * @param message the broken rule and the offending value
	 */
	public LayoutException(String message) {
		super(message);
	}

}
