package io.freehold.spring.autoconfigure;

import io.freehold.backend.Backends;
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
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for Freehold: the backend, the tree of allocators, and the
 * allocators that live as long as the application. A {@link GlobalAlloc} bean of the
 * user's replaces the backend chosen by property; beans named like one of the allocators
 * replace it.
 *
 * <p>
 * Each context has its own tree, one with a parent too, whose allocators it hides.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "freehold.enabled", matchIfMissing = true)
@EnableConfigurationProperties(FreeholdProperties.class)
@Import(NamedAllocatorsRegistrar.class)
public final class FreeholdAutoConfiguration {

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
			ObjectProvider<AllocatorSpecCustomizer> customizers, AllocatorTreeCloser closer) {
		tune(backend, properties.pooled());
		AllocatorTree tree = new AllocatorTree(backend, customizers.orderedStream().toList(),
				(spec) -> spec.scope("application").limit(properties.global().limit().bytes()));
		closer.closeLast(tree);
		tree.installGlobal();
		tree.add("application", (spec) -> spec.expectLiveAtClose());
		properties.named()
			.forEach((name, named) -> tree.add(name.value(),
					(spec) -> spec.scope("named")
						.limit(named.limit().bytes())
						.softLimit(named.softLimit().bytes())
						.expectLiveAtClose()));
		return tree;
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
