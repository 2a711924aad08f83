package io.freehold.spring.autoconfigure;

import java.util.stream.Collectors;

import io.freehold.backend.Backends;
import io.freehold.spi.Availability;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a backend that cannot be used, and lists those there are.
 */
final class BackendUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<BackendUnavailableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, BackendUnavailableException cause) {
		Availability availability = cause.getAvailability();
		String backends = Backends.providers()
			.entrySet()
			.stream()
			.map((entry) -> "    - " + entry.getKey() + ": " + entry.getValue().availability())
			.collect(Collectors.joining(System.lineSeparator()));
		String blankLine = System.lineSeparator().repeat(2);
		String description = "The backend '" + cause.getBackend() + "' set by property '" + FreeholdProperties.BACKEND
				+ "' cannot be used: " + availability.reason() + "." + blankLine + "The backends are:" + blankLine
				+ backends;
		String action = availability.fix().isEmpty()
				? "Set the property '" + FreeholdProperties.BACKEND
						+ "' to one of the available backends, or define a GlobalAlloc bean."
				: "To use it, " + availability.fix() + ". Or set the property '" + FreeholdProperties.BACKEND
						+ "' to another available backend, or define a GlobalAlloc bean.";
		return new FailureAnalysis(description, action, cause);
	}

}
