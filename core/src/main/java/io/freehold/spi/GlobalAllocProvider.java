package io.freehold.spi;

/**
 * Offers a backend by name. Providers are found by {@link java.util.ServiceLoader}
 * through the class loader of this interface, so that a backend of one's own needs no
 * more than a {@code provides} clause or a file in {@code META-INF/services}.
 */
public interface GlobalAllocProvider {

	/**
	 * Returns the name users choose the backend by, such as {@code system}. Loads and
	 * touches nothing native.
	 * @return a short name in lower case
	 */
	String name();

	/**
	 * Tells whether the backend works here, decided by trying the steps that may fail.
	 * @return yes, or why not and what would fix it
	 */
	Availability availability();

	/**
	 * Creates the backend.
	 * @return a new backend
	 * @throws UnsupportedOperationException if it is not available
	 * @throws IllegalCallerException if native access is denied
	 */
	GlobalAlloc create();

}
