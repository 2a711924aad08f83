package io.freehold.managed;

/**
 * Throws from methods that declare nothing of the kind, as code in other languages and
 * generated code do.
 */
public final class Sneaky {

	private Sneaky() {
	}

	/** Throws what it is given, even a checked exception. */
	public static void raise(Throwable fault) {
		Sneaky.<RuntimeException>sneak(fault);
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <T extends Throwable> void sneak(Throwable fault) throws T {
		throw (T) fault;
	}

}
