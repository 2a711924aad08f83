package io.freehold.spring.autoconfigure;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.freehold.spring.AllocatorName;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.InvalidAllocatorNameException;
import io.freehold.spring.autoconfigure.FreeholdProperties.Named;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.context.reactive.ConfigurableReactiveWebEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Finds out why a context has no allocator of a certain kind, from the most obvious
 * reason to the least.
 */
final class MissingAllocatorReasons {

	private static final String ENABLED = "freehold.enabled";

	private static final String NAMES = "freehold.allocators";

	private static final String FREEHOLD = "FreeholdAutoConfiguration";

	private static final String TRANSACTION_MANAGER = "org.springframework.transaction.PlatformTransactionManager";

	private final ConfigurableListableBeanFactory beanFactory;

	private final Environment environment;

	MissingAllocatorReasons(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	/**
	 * Why there is no allocator.
	 *
	 * @param clause the reason
	 * @param fix what to do about it, without its end
	 */
	record Reason(String clause, String fix) {

	}

	Reason ofScope(ScopeQualifier scope, Class<?> type) {
		Reason general = general(scope.beanName(), type);
		if (general != null) {
			return general;
		}
		if (isFalse(scope.property())) {
			return switchedOff(scope.property());
		}
		return switch (scope) {
			case REQUEST -> ofRequest();
			case SESSION -> ofSession();
			case TRANSACTION -> ofTransaction();
			case THREAD, METHOD -> inactive(scope);
		};
	}

	private Reason ofRequest() {
		if (isReactive()) {
			return new Reason(
					"this is a reactive application, where no thread belongs to a request,"
							+ " so that there is nothing to inject",
					"Take it as an argument of the handler method, or find it by ReactiveRequestAllocator.get(),"
							+ " or by ReactiveRequestAllocator.of(exchange)");
		}
		return isServlet() ? inactive(ScopeQualifier.REQUEST) : noWebApplication("requests");
	}

	private Reason ofSession() {
		if (isReactive()) {
			return new Reason("this is a reactive application, and only servlet applications have memory of sessions",
					"Use another allocator");
		}
		return isServlet() ? inactive(ScopeQualifier.SESSION) : noWebApplication("sessions");
	}

	private Reason ofTransaction() {
		ClassLoader classLoader = this.beanFactory.getBeanClassLoader();
		if (!ClassUtils.isPresent(TRANSACTION_MANAGER, classLoader)) {
			return new Reason("spring-tx is not on the class path",
					"Add a starter that brings transactions, such as spring-boot-starter-jdbc");
		}
		Class<?> manager = ClassUtils.resolveClassName(TRANSACTION_MANAGER, classLoader);
		return (this.beanFactory.getBeanNamesForType(manager, true, false).length > 0)
				? inactive(ScopeQualifier.TRANSACTION)
				: new Reason("there is no transaction manager, that is no PlatformTransactionManager bean",
						"Set one up, such as by configuring a data source");
	}

	Reason ofName(String name, Class<?> type) {
		Set<AllocatorName> configured = configured();
		AllocatorName canonical = canonical(name);
		Reason general = general((canonical != null) ? canonical.beanName() : null, type);
		if (canonical != null && configured.contains(canonical) && !canonical.value().equals(name)) {
			return new Reason("its name is written '" + canonical + "' in lower case with dashes",
					"Write @NamedAllocator(\"" + canonical + "\")");
		}
		if (general != null) {
			return general;
		}
		if (canonical != null && configured.contains(canonical)) {
			return inactive(FREEHOLD);
		}
		return new Reason("'" + NAMES + "." + name + "' is not configured, " + others(configured),
				"Correct the name, or configure it, such as by '" + NAMES + "."
						+ ((canonical != null) ? canonical : "image-cache") + ".limit=64MB'");
	}

	private static String others(Collection<AllocatorName> configured) {
		return configured.isEmpty() ? "nor is any other"
				: configured.stream()
					.map(AllocatorName::value)
					.sorted()
					.collect(Collectors.joining("', '", "only '", "'"));
	}

	private static @Nullable AllocatorName canonical(String name) {
		try {
			return AllocatorName.of(name);
		}
		catch (InvalidAllocatorNameException ex) {
			return null;
		}
	}

	private Set<AllocatorName> configured() {
		Map<String, Named> bound = Binder.get(this.environment)
			.bind(NAMES, Bindable.mapOf(String.class, Named.class))
			.orElse(Map.of());
		return FreeholdProperties.canonical(bound).keySet();
	}

	Reason ofOther() {
		Reason general = general(null, Object.class);
		return (general != null) ? general
				: new Reason("none has the qualifier that is asked for", "Correct the qualifier");
	}

	/** Returns a reason that has nothing to do with the kind, or null. */
	private @Nullable Reason general(@Nullable String beanName, Class<?> type) {
		if (isFalse(ENABLED)) {
			return switchedOff(ENABLED);
		}
		if (beanName != null && this.beanFactory.containsBean(beanName)) {
			return this.beanFactory.isTypeMatch(beanName, type)
					? new Reason("the bean '" + beanName + "' does not match all annotations that are there",
							"Declare '" + beanName + "' with that annotation, or ask with fewer")
					: new Reason("the bean '" + beanName + "' is no " + type.getSimpleName(), "Ask for an Allocator");
		}
		return (this.beanFactory.getBeanNamesForType(AllocatorTree.class, true, false).length == 0) ? inactive(FREEHOLD)
				: null;
	}

	private boolean isFalse(String property) {
		return !this.environment.getProperty(property, Boolean.class, true);
	}

	private boolean isReactive() {
		return this.environment instanceof ConfigurableReactiveWebEnvironment;
	}

	private boolean isServlet() {
		// WebApplicationContext.SCOPE_SESSION
		return this.beanFactory.getRegisteredScope("session") != null;
	}

	private static Reason switchedOff(String property) {
		return new Reason("it is switched off by property '" + property + "'", "Remove '" + property + "=false'");
	}

	private static Reason noWebApplication(String what) {
		return new Reason("this is no web application, and so has no " + what, "Use another allocator");
	}

	private static Reason inactive(ScopeQualifier scope) {
		return inactive("the auto-configuration for " + scope);
	}

	private static Reason inactive(String what) {
		return new Reason(what + " is not active", "Start with --debug to see which of its conditions does not hold");
	}

}
