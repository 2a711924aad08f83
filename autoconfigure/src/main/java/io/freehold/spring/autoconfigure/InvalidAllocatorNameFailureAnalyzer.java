package io.freehold.spring.autoconfigure;

import io.freehold.spring.InvalidAllocatorNameException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a name under {@code freehold.allocators} that cannot be used.
 */
final class InvalidAllocatorNameFailureAnalyzer extends AbstractFailureAnalyzer<InvalidAllocatorNameException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidAllocatorNameException cause) {
		return new FailureAnalysis(
				"The property 'freehold.allocators.%s' does not name an allocator: %s.".formatted(cause.getName(),
						cause.getReason()),
				"Rename the key '%s' under 'freehold.allocators'.".formatted(cause.getName()), cause);
	}

}
