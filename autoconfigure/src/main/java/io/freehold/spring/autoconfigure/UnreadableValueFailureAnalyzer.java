package io.freehold.spring.autoconfigure;

import io.freehold.spring.InvalidMemoryLimitException;
import io.freehold.spring.MemoryLimit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains a limit that does not follow the grammar, or is not even text, before Boot's
 * own analyzer of binding failures would.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidMemoryLimitFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private final Environment environment;

	InvalidMemoryLimitFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		if (cause.getTarget().getType().resolve() != MemoryLimit.class) {
			return null;
		}
		ConfigurationProperty property = cause.getProperty();
		String origin = (property != null && property.getOrigin() != null)
				? " (from %s)".formatted(property.getOrigin()) : "";
		return new FailureAnalysis("The value '%s' of property '%s'%s is no memory limit.".formatted(value(cause),
				cause.getName(), origin), "Set '%s' to %s.".formatted(cause.getName(), MemoryLimit.GRAMMAR), cause);
	}

	private String value(BindException cause) {
		InvalidMemoryLimitException invalid = findCause(cause, InvalidMemoryLimitException.class);
		if (invalid != null) {
			return invalid.getValue().isBlank() ? "" : invalid.getValue();
		}
		// a value that nothing converts comes without its property
		return this.environment.getProperty(cause.getName().toString(), "");
	}

}
