package io.freehold.spring.autoconfigure;

import java.lang.annotation.Annotation;

/**
 * Thrown when the parameter of a constructor lacks the qualifier of the field that it
 * sets.
 */
final class DroppedQualifierException extends IllegalStateException {

	private final String injectionPoint;

	private final String field;

	private final Class<? extends Annotation> qualifier;

	DroppedQualifierException(String injectionPoint, String field, Class<? extends Annotation> qualifier) {
		super(injectionPoint + " asks for an allocator without the qualifier @" + qualifier.getSimpleName()
				+ " of the field '" + field + "'");
		this.injectionPoint = injectionPoint;
		this.field = field;
		this.qualifier = qualifier;
	}

	String getInjectionPoint() {
		return this.injectionPoint;
	}

	String getField() {
		return this.field;
	}

	Class<? extends Annotation> getQualifier() {
		return this.qualifier;
	}

}
