package io.freehold.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a {@code freehold.*} property whose value is out of its range, before Boot's
 * own analyzer of binding failures would.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure,
			InvalidConfigurationPropertyValueException cause) {
		if (!cause.getName().startsWith("freehold.")) {
			return null;
		}
		return new FailureAnalysis("The value '" + cause.getValue() + "' of property '" + cause.getName()
				+ "' is not valid: " + cause.getReason(), "Change the value of '" + cause.getName() + "'.", cause);
	}

}
