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
		String description = "The backend '%s' set by property '%s' cannot be used: %s.%n%nThe backends are:%n%n%s"
			.formatted(cause.getBackend(), FreeholdProperties.BACKEND, availability.reason(), backends);
		String action = availability.fix().isEmpty()
				? "Set the property '%s' to one of the available backends, or define a GlobalAlloc bean."
					.formatted(FreeholdProperties.BACKEND)
				: "To use it, %s. Or set the property '%s' to another available backend, or define a GlobalAlloc bean."
					.formatted(availability.fix(), FreeholdProperties.BACKEND);
		return new FailureAnalysis(description, action, cause);
	}

}
