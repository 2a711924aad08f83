package io.freehold.spring.autoconfigure;

import java.util.Map;
import java.util.StringJoiner;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorName;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.autoconfigure.FreeholdProperties.Named;

import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for each named allocator, unless there is a bean of that name. Refuses
 * properties that no module knows first.
 */
final class NamedAllocatorsRegistrar implements ImportBeanDefinitionRegistrar {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("freehold.allocators");

	private final Environment environment;

	private final ClassLoader classLoader;

	NamedAllocatorsRegistrar(Environment environment, ClassLoader classLoader) {
		this.environment = environment;
		this.classLoader = classLoader;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		UnknownProperties.check(this.environment, this.classLoader);
		for (AllocatorName name : FreeholdProperties.canonical(configured()).keySet()) {
			if (!registry.containsBeanDefinition(name.beanName())) {
				registry.registerBeanDefinition(name.beanName(), definition(name));
			}
		}
	}

	/**
	 * Binds strictly: a name with a dot or a misspelt property would otherwise mean an
	 * allocator without its limit.
	 */
	private Map<String, Named> configured() {
		try {
			return Binder
				.get(this.environment,
						new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()))
				.bind(PREFIX, Bindable.mapOf(String.class, Named.class))
				.orElse(Map.of());
		}
		catch (BindException ex) {
			if (ex.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
				unbound.getUnboundProperties().forEach((property) -> refuseDots(property.getName()));
			}
			throw ex;
		}
	}

	private static void refuseDots(ConfigurationPropertyName property) {
		int begin = PREFIX.getNumberOfElements();
		int end = property.getNumberOfElements() - 1;
		if (end - begin > 1) {
			StringJoiner dotted = new StringJoiner(".");
			for (int i = begin; i < end; i++) {
				dotted.add(property.getElement(i, Form.ORIGINAL));
			}
			// refuses it
			AllocatorName.of(dotted.toString());
		}
	}

	/**
	 * The definition of a bean that the tree is asked for, in terms that can be compiled
	 * ahead of time.
	 */
	private static RootBeanDefinition definition(AllocatorName name) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(ManagedAllocator.class);
		definition.setFactoryBeanName("allocatorTree");
		definition.setFactoryMethodName("get");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name.value());
		definition.setDefaultCandidate(false);
		definition.setFallback(true);
		definition.addQualifier(new AutowireCandidateQualifier(NamedAllocator.class, name.value()));
		definition.setDestroyMethodName("");
		return definition;
	}

}
