package io.freehold.sweep;

/**
 * Thrown by a verification that fails.
 */
final class Fault extends RuntimeException {

	private final String category;

	/**
	 * @param category a few words that are the same for all faults of this kind
	 * @param message what is wrong, with numbers
	 */
	Fault(String category, String message) {
		super(message);
		this.category = category;
	}

	String category() {
		return this.category;
	}

}
