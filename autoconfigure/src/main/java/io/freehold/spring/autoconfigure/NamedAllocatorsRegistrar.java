package io.freehold.spring.autoconfigure;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorName;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.autoconfigure.FreeholdProperties.Named;

import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

import java.util.Map;

/**
 * Registers a bean for each named allocator, unless there is a bean of that name.
 */
final class NamedAllocatorsRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	NamedAllocatorsRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		Map<String, Named> allocators = Binder.get(this.environment)
			.bind("freehold.allocators", Bindable.mapOf(String.class, Named.class))
			.orElse(Map.of());
		for (AllocatorName name : FreeholdProperties.canonical(allocators).keySet()) {
			if (!registry.containsBeanDefinition(name.beanName())) {
				registry.registerBeanDefinition(name.beanName(), definition(name));
			}
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
		definition.addQualifier(new AutowireCandidateQualifier(NamedAllocator.class, name.value()));
		definition.setDestroyMethodName("");
		return definition;
	}

}
