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
				"The property 'freehold.allocators." + cause.getName() + "' does not name an allocator: "
						+ cause.getReason() + ".",
				"Rename the key '" + cause.getName() + "' under 'freehold.allocators'.", cause);
	}

}
