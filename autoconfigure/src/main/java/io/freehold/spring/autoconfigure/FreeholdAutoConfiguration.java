package io.freehold.spring.autoconfigure;

import java.util.List;
import java.util.function.Consumer;

import io.freehold.backend.Backends;
import io.freehold.managed.AllocatorSpec;
import io.freehold.managed.ManagedAllocator;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.Availability;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.GlobalAllocProvider;
import io.freehold.spring.AllocatorSpecCustomizer;
import io.freehold.spring.AllocatorTree;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for Freehold: the backend, the tree of allocators, and the
 * allocators that live as long as the application. A {@link GlobalAlloc} bean of the
 * user's replaces the backend chosen by property; beans named like one of the allocators
 * replace it.
 *
 * <p>
 * Each context has its own tree. That of a context whose parent has one hangs below the
 * root of the parent's, whose allocators it hides.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "freehold.enabled", matchIfMissing = true)
@EnableConfigurationProperties(FreeholdProperties.class)
@Import(NamedAllocatorsRegistrar.class)
public final class FreeholdAutoConfiguration {

	private static final String APPLICATION_NAME = "spring.application.name";

	private static final Log logger = LogFactory.getLog(FreeholdAutoConfiguration.class);

	@Bean(destroyMethod = "")
	@Fallback
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	GlobalAlloc freeholdBackend(FreeholdProperties properties) {
		String name = properties.global().backend();
		GlobalAllocProvider provider = Backends.providers().get(name);
		Availability availability = (provider != null) ? provider.availability()
				: Availability.no("there is no backend of that name", "");
		if (!availability.available()) {
			throw new BackendUnavailableException(name, availability);
		}
		return Backends.get(name);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static AllocatorTreeCloser allocatorTreeCloser() {
		return new AllocatorTreeCloser();
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	AllocatorTree allocatorTree(GlobalAlloc backend, FreeholdProperties properties,
			ObjectProvider<AllocatorSpecCustomizer> customizers, AllocatorTreeCloser closer,
			ApplicationContext context) {
		tune(backend, properties.pooled());
		AllocatorTree tree = newTree(backend, customizers.orderedStream().toList(),
				(spec) -> spec.scope("application").limit(properties.global().limit().bytes()), context);
		closer.closeLast(tree);
		if (tree.parent().isEmpty()) {
			tree.attachGlobal(String.valueOf(context.getId()));
		}
		tree.add("application", (spec) -> spec.expectLiveAtClose());
		properties.named()
			.forEach((name, named) -> tree.add(name.value(),
					(spec) -> spec.scope("named")
						.limit(named.limit().bytes())
						.softLimit(named.softLimit().bytes())
						.expectLiveAtClose()));
		return tree;
	}

	private static AllocatorTree newTree(GlobalAlloc backend, List<AllocatorSpecCustomizer> customizers,
			Consumer<AllocatorSpec> spec, ApplicationContext context) {
		ApplicationContext parent = context.getParent();
		AllocatorTree above = (parent != null) ? parent.getBeanProvider(AllocatorTree.class).getIfAvailable() : null;
		return (parent != null && above != null) ? above.hang(name(context, parent), backend, customizers, spec)
				: new AllocatorTree(backend, customizers, spec);
	}

	/**
	 * The name of a context among those with the same parent: that of its application if
	 * it has one of its own, else its id, unless that is as good as random.
	 */
	private static String name(ApplicationContext context, ApplicationContext parent) {
		String application = context.getEnvironment().getProperty(APPLICATION_NAME);
		if (StringUtils.hasText(application)
				&& !application.equals(parent.getEnvironment().getProperty(APPLICATION_NAME))) {
			return application;
		}
		String id = context.getId();
		return (StringUtils.hasText(id) && id.indexOf('@') < 0) ? id : "context";
	}

	private static void tune(GlobalAlloc backend, FreeholdProperties.Pooled properties) {
		if (backend instanceof PooledAlloc pooled) {
			properties.applyTo(pooled);
		}
		else if (!properties.configured().isEmpty()) {
			logger.warn(String.join(" and ", properties.configured())
					+ ": without effect, because they are for backend 'pooled' and this context uses backend '"
					+ backend.name() + "'");
		}
	}

	@Bean(destroyMethod = "")
	@Fallback
	@ConditionalOnMissingBean(name = "applicationAllocator", search = SearchStrategy.CURRENT)
	ManagedAllocator applicationAllocator(AllocatorTree tree) {
		return tree.get("application");
	}

	@Bean
	StartReport freeholdStartReport(AllocatorTree tree, FreeholdProperties properties, Environment environment,
			ListableBeanFactory beanFactory) {
		return new StartReport(tree, properties, environment, beanFactory);
	}

	@Bean
	static MisnamedAllocatorDetector misnamedAllocatorDetector() {
		return new MisnamedAllocatorDetector();
	}

}
