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
import org.springframework.util.StringUtils;

/**
 * Explains a limit that does not follow the grammar, before Boot's own analyzer of
 * binding failures would.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidMemoryLimitFailureAnalyzer extends AbstractFailureAnalyzer<InvalidMemoryLimitException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, InvalidMemoryLimitException cause) {
		BindException bind = findCause(rootFailure, BindException.class);
		if (bind == null) {
			return null;
		}
		ConfigurationProperty property = bind.getProperty();
		String origin = (property != null && property.getOrigin() != null)
				? " (from %s)".formatted(property.getOrigin()) : "";
		String text = StringUtils.hasText(cause.getValue()) ? cause.getValue() : "";
		return new FailureAnalysis(
				"The value '%s' of property '%s'%s is no memory limit.".formatted(text, bind.getName(), origin),
				"Set '%s' to %s.".formatted(bind.getName(), MemoryLimit.GRAMMAR), cause);
	}

}
