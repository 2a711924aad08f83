package io.freehold.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.freehold.Allocator;
import io.freehold.budget.Budget;
import io.freehold.spring.AllocatorName;
import io.freehold.spring.AllocatorTree;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/**
 * Logs one line when a context has started: what its allocators are set up to be. Limits
 * that contradict each other get a warning each.
 */
final class StartReport implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(StartReport.class);

	private static final ConfigurationPropertyName LIMIT = ConfigurationPropertyName.of("freehold.global.limit");

	private final AllocatorTree tree;

	private final FreeholdProperties properties;

	private final Environment environment;

	private final ListableBeanFactory beanFactory;

	StartReport(AllocatorTree tree, FreeholdProperties properties, Environment environment,
			ListableBeanFactory beanFactory) {
		this.tree = tree;
		this.properties = properties;
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		logger.info("Allocators: " + this);
		ContradictoryLimits.among(this.properties).forEach(logger::warn);
	}

	@Override
	public String toString() {
		List<String> parts = new ArrayList<>();
		parts.add("backend " + this.tree.root().backend());
		parts.add("limit " + limit());
		parts.add("named " + list(this.properties.named().keySet().stream().map(AllocatorName::value)));
		parts.add("scopes "
				+ list(Stream.of(ScopeQualifier.values()).filter(this::isPresent).map(ScopeQualifier::scope)));
		parts.add("native access " + (Allocator.class.getModule().isNativeAccessEnabled() ? "granted" : "denied"));
		return String.join(", ", parts);
	}

	private boolean isPresent(ScopeQualifier scope) {
		return this.beanFactory.containsBean(scope.beanName());
	}

	private static String list(Stream<String> names) {
		String list = names.collect(Collectors.joining(" "));
		return list.isEmpty() ? "none" : "[" + list + "]";
	}

	private String limit() {
		long limit = this.tree.root().budget().limit();
		if (limit == Budget.UNLIMITED) {
			return "none (set " + LIMIT + " to have one)";
		}
		ConfigurationProperty property = property();
		String origin = (property != null && property.getOrigin() != null) ? " (from " + property.getOrigin() + ")"
				: "";
		return limit + " bytes" + origin;
	}

	private @Nullable ConfigurationProperty property() {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(LIMIT);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

}
