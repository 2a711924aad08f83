package io.freehold.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains properties under {@code freehold} that no module knows.
 */
final class UnknownPropertiesFailureAnalyzer extends AbstractFailureAnalyzer<UnknownPropertiesException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownPropertiesException cause) {
		StringBuilder description = new StringBuilder("There are configuration properties that Freehold does not know:")
			.append(System.lineSeparator());
		for (String property : cause.getProperties()) {
			description.append(System.lineSeparator()).append("    - ").append(property);
		}
		return new FailureAnalysis(description.toString(), "Correct or remove them. To start all the same, set '"
				+ UnknownProperties.IGNORE
				+ "' to true: then they are logged, as is right for a configuration that another version shares.",
				cause);
	}

}
