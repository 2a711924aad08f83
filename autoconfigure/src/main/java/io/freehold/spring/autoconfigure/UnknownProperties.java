package io.freehold.spring.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Looks for properties under {@code freehold} that no module knows: a limit that is
 * misspelt would otherwise be no limit.
 */
final class UnknownProperties {

	/*
	 * A file or the command line was written for this application: what is unknown there
	 * is a mistake, and refused. Environment variables and system properties may be there
	 * for something else, such as those that Kubernetes makes for a service named
	 * freehold: what is unknown there is logged.
	 */

	static final String IGNORE = "freehold.ignore-unknown";

	private static final Log logger = LogFactory.getLog(UnknownProperties.class);

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("freehold");

	private static final ConfigurationPropertyName NAMED = ConfigurationPropertyName.of("freehold.allocators");

	private static final Set<String> OF_NAMED = Set.of("limit", "softlimit");

	private final PropertyNames names;

	private final Environment environment;

	/** Sorted, and each once: a source may show itself more than once. */
	private final Set<String> refused = new TreeSet<>();

	private final Set<String> logged = new TreeSet<>();

	private UnknownProperties(Environment environment, PropertyNames names) {
		this.environment = environment;
		this.names = names;
	}

	/**
	 * Refuses or logs the unknown properties of an environment.
	 * @throws UnknownPropertiesException if some are refused
	 */
	static void check(Environment environment, ClassLoader classLoader) {
		UnknownProperties unknown = new UnknownProperties(environment, new PropertyNames(classLoader));
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				unknown.look(iterable);
			}
		}
		unknown.report();
	}

	private void look(IterableConfigurationPropertySource source) {
		for (ConfigurationPropertyName name : source) {
			if (PREFIX.isAncestorOf(name) && !isKnown(name, isFromOutside(source))) {
				ConfigurationProperty property = source.getConfigurationProperty(name);
				if (isFromOutside(source)) {
					this.logged.add(describe(name, property));
				}
				else {
					this.refused.add(describe(name, property));
				}
			}
		}
	}

	/** Whether a source need not be about this application. */
	private static boolean isFromOutside(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource
				|| (source.getUnderlyingSource() instanceof PropertySource<?> properties
						&& properties.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME));
	}

	private boolean isKnown(ConfigurationPropertyName name, boolean fromOutside) {
		if (NAMED.isAncestorOf(name)) {
			int below = name.getNumberOfElements() - NAMED.getNumberOfElements();
			// a name with a dot is refused as such where named allocators are bound
			return below == 1 || ((below == 2 || !fromOutside)
					&& OF_NAMED.contains(PropertyNames.letters(name.getLastElement(Form.ORIGINAL))));
		}
		return this.names.include(name.toString());
	}

	private String describe(ConfigurationPropertyName name, @Nullable ConfigurationProperty property) {
		StringBuilder text = new StringBuilder().append('\'').append(name).append('\'');
		if (property != null && property.getOrigin() != null) {
			text.append(" (from ").append(property.getOrigin()).append(')');
		}
		if (NAMED.isAncestorOf(name)) {
			text.append(": a named allocator has the properties 'limit' and 'soft-limit'");
		}
		else {
			String similar = this.names.similarTo(name.toString());
			text.append((similar != null) ? ": did you mean '" + similar + "'?" : "");
		}
		return text.toString();
	}

	private void report() {
		if (this.environment.getProperty(IGNORE, Boolean.class, false)) {
			this.logged.addAll(this.refused);
			this.refused.clear();
		}
		if (!this.logged.isEmpty()) {
			logger.warn("Configuration properties that Freehold does not know, and that have no effect: "
					+ String.join("; ", this.logged));
		}
		if (!this.refused.isEmpty()) {
			throw new UnknownPropertiesException(List.copyOf(this.refused));
		}
	}

}
