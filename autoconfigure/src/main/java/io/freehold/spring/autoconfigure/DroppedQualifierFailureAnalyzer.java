package io.freehold.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a constructor that does not repeat the qualifier of a field, as Lombok makes
 * them.
 */
final class DroppedQualifierFailureAnalyzer extends AbstractFailureAnalyzer<DroppedQualifierException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DroppedQualifierException cause) {
		String qualifier = "@" + cause.getQualifier().getSimpleName();
		String newLine = System.lineSeparator();
		return new FailureAnalysis(
				cause.getInjectionPoint() + " has no qualifier, but the field '" + cause.getField() + "' has "
						+ qualifier + ". The constructor would get the application's allocator,"
						+ " whose memory has another lifetime.",
				"If Lombok generates the constructor, let it copy the qualifier. Add this line to lombok.config:"
						+ newLine + newLine + "    lombok.copyableAnnotations += " + cause.getQualifier().getName()
						+ newLine + newLine + "Otherwise add " + qualifier + " to the parameter.",
				cause);
	}

}
