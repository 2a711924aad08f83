package io.freehold.spring.autoconfigure;

/**
 * Thrown when an injection point is named like an allocator bean it would not get.
 */
final class MisnamedAllocatorException extends IllegalStateException {

	private final String injectionPoint;

	private final String beanName;

	MisnamedAllocatorException(String injectionPoint, String beanName) {
		super(injectionPoint + " asks for an allocator without a qualifier, but is named like the bean '" + beanName
				+ "'");
		this.injectionPoint = injectionPoint;
		this.beanName = beanName;
	}

	String getInjectionPoint() {
		return this.injectionPoint;
	}

	String getBeanName() {
		return this.beanName;
	}

}
