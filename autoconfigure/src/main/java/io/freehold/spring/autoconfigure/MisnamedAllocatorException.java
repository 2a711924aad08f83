package io.freehold.spring.autoconfigure;

/**
 * Thrown when an injection point is named like an allocator bean it would not get.
 */
final class MisnamedAllocatorException extends IllegalStateException {

	private final String injectionPoint;

	private final String beanName;

	private final String qualifier;

	MisnamedAllocatorException(String injectionPoint, String beanName, String qualifier) {
		super(injectionPoint + " asks for an allocator without a qualifier, but is named like the bean '" + beanName
				+ "'");
		this.injectionPoint = injectionPoint;
		this.beanName = beanName;
		this.qualifier = qualifier;
	}

	String getInjectionPoint() {
		return this.injectionPoint;
	}

	String getBeanName() {
		return this.beanName;
	}

	/** Returns the annotation that the bean has to be asked for with. */
	String getQualifier() {
		return this.qualifier;
	}

}
