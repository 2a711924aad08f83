package io.freehold.spring.autoconfigure;

import java.time.Duration;

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
import org.springframework.util.unit.DataSize;

/**
 * Explains a limit, or another amount of Freehold's, that does not follow its grammar or
 * is not even text, before Boot's own analyzer of binding failures would.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnreadableValueFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private final Environment environment;

	UnreadableValueFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		Class<?> type = cause.getTarget().getType().resolve();
		if (type == MemoryLimit.class || type == FreeholdProperties.Named.class) {
			return explain(cause, "memory limit", MemoryLimit.GRAMMAR);
		}
		if (!cause.getName().toString().startsWith("freehold.")) {
			return null;
		}
		if (type == Duration.class) {
			return explain(cause, "duration",
					"a whole number with one of the units ms, s, m, h (such as 10s; without a unit it is seconds)");
		}
		if (type == DataSize.class) {
			return explain(cause, "number of bytes", "a whole number with one of the units B, KB, MB, GB, TB"
					+ " (such as 128MB; without a unit it is bytes)");
		}
		return null;
	}

	private FailureAnalysis explain(BindException cause, String kind, String grammar) {
		ConfigurationProperty property = cause.getProperty();
		String origin = (property != null && property.getOrigin() != null) ? " (from " + property.getOrigin() + ")"
				: "";
		return new FailureAnalysis("The value '" + value(cause, property) + "' of property '" + cause.getName() + "'"
				+ origin + " is not a valid " + kind + ".", "Set '" + cause.getName() + "' to " + grammar + ".", cause);
	}

	private String value(BindException cause, @Nullable ConfigurationProperty property) {
		InvalidMemoryLimitException invalid = findCause(cause, InvalidMemoryLimitException.class);
		if (invalid != null) {
			return invalid.getValue().isBlank() ? "" : invalid.getValue();
		}
		if (property != null) {
			return String.valueOf(property.getValue());
		}
		// a value that nothing converts comes without its property
		return this.environment.getProperty(cause.getName().toString(), "");
	}

}
