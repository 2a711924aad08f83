package io.freehold.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an injection point that is named like an allocator it would not get.
 */
final class MisnamedAllocatorFailureAnalyzer extends AbstractFailureAnalyzer<MisnamedAllocatorException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MisnamedAllocatorException cause) {
		return new FailureAnalysis(
				cause.getInjectionPoint() + " is named like the allocator bean '" + cause.getBeanName()
						+ "' but has no qualifier, so that it would get the application's allocator,"
						+ " whose memory has another lifetime.",
				"Add " + cause.getQualifier() + " to ask for '" + cause.getBeanName()
						+ "', or rename the injection point if the application's allocator is what you want.",
				cause);
	}

}
