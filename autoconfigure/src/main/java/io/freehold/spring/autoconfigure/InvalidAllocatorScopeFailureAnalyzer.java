package io.freehold.spring.autoconfigure;

import io.freehold.spring.scope.InvalidAllocatorScopeException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a method that cannot have a scope of its own.
 */
final class InvalidAllocatorScopeFailureAnalyzer extends AbstractFailureAnalyzer<InvalidAllocatorScopeException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidAllocatorScopeException cause) {
		return new FailureAnalysis("The method '" + cause.getMethod() + "' is annotated with @AllocatorScope, but "
				+ cause.getReason() + ".", "Remove the annotation, or " + cause.getFix() + ".", cause);
	}

}
