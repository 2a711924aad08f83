package io.freehold.spring.autoconfigure;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.freehold.Allocator;
import io.freehold.spring.NamedAllocator;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanInstanceSupplier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses injection points for an {@link Allocator} that bear the name of an allocator
 * bean which has to be asked for by a qualifier, but have none: they would silently get
 * the application's allocator, whose memory has another lifetime.
 */
public final class MisnamedAllocatorDetector implements MergedBeanDefinitionPostProcessor, BeanFactoryAware {

	private static final String PROVIDER = "jakarta.inject.Provider";

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	MisnamedAllocatorDetector() {
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
		if (isAutowiredOnCreation(definition)) {
			Method factoryMethod = definition.getResolvedFactoryMethod();
			if (factoryMethod != null) {
				check(factoryMethod);
			}
			else {
				constructors(type).forEach(this::check);
			}
		}
		ReflectionUtils.doWithFields(type, this::check, MisnamedAllocatorDetector::isAutowired);
		ReflectionUtils.doWithMethods(type, this::check, MisnamedAllocatorDetector::isAutowired);
	}

	/**
	 * Whether the arguments are Spring's choice: not if they are given, or somebody else
	 * creates the bean.
	 */
	private static boolean isAutowiredOnCreation(RootBeanDefinition definition) {
		Supplier<?> supplier = definition.getInstanceSupplier();
		return !definition.hasConstructorArgumentValues()
				&& (supplier == null || supplier instanceof BeanInstanceSupplier<?>);
	}

	private static Stream<Constructor<?>> constructors(Class<?> type) {
		Constructor<?>[] constructors = type.getDeclaredConstructors();
		return (constructors.length == 1) ? Arrays.stream(constructors)
				: Arrays.stream(constructors).filter(MisnamedAllocatorDetector::isAutowired);
	}

	private static boolean isAutowired(AnnotatedElement element) {
		return MergedAnnotations.from(element).isPresent(Autowired.class)
				|| MergedAnnotations.from(element).isPresent("jakarta.inject.Inject");
	}

	/**
	 * Refuses a parameter of a handler method, which is an injection point too.
	 * @param parameter the parameter
	 */
	public void check(MethodParameter parameter) {
		if (isUnqualifiedAllocator(ResolvableType.forMethodParameter(parameter),
				MergedAnnotations.from(parameter.getParameterAnnotations()))) {
			parameter.initParameterNameDiscovery(this.names);
			String name = parameter.getParameterName();
			if (name != null) {
				check(name,
						"Parameter " + parameter.getParameterIndex() + " of " + describe(parameter.getExecutable()));
			}
		}
	}

	private void check(Executable executable) {
		Parameter[] parameters = executable.getParameters();
		@Nullable String @Nullable [] names = null;
		for (int i = 0; i < parameters.length; i++) {
			if (isUnqualifiedAllocator(ResolvableType.forType(parameters[i].getParameterizedType()),
					MergedAnnotations.from(parameters[i]))) {
				names = (names != null) ? names : names(executable);
				String name = (names != null) ? names[i] : null;
				if (name != null) {
					String injectionPoint = "Parameter " + i + " of " + describe(executable);
					if (executable instanceof Constructor<?> constructor) {
						checkField(constructor.getDeclaringClass(), name, injectionPoint);
					}
					check(name, injectionPoint);
				}
			}
		}
	}

	/** Refuses the parameter of a constructor if the field of its name is qualified. */
	private static void checkField(Class<?> type, String name, String injectionPoint) {
		Field field = ReflectionUtils.findField(type, name);
		if (field != null) {
			MergedAnnotations annotations = MergedAnnotations.from(field);
			ScopeQualifier.among(annotations).map(ScopeQualifier::type).ifPresent((qualifier) -> {
				throw new DroppedQualifierException(injectionPoint, name, qualifier);
			});
			if (annotations.isPresent(NamedAllocator.class)) {
				throw new DroppedQualifierException(injectionPoint, name, NamedAllocator.class);
			}
		}
	}

	private void check(Field field) {
		if (isUnqualifiedAllocator(ResolvableType.forField(field), MergedAnnotations.from(field))) {
			check(field.getName(), "Field " + field.getName() + " in " + field.getDeclaringClass().getName());
		}
	}

	private void check(String name, String injectionPoint) {
		ConfigurableListableBeanFactory beanFactory = this.beanFactory;
		if (beanFactory != null && beanFactory.containsBeanDefinition(name)
				&& beanFactory.isTypeMatch(name, Allocator.class)
				&& beanFactory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition
				&& !definition.isDefaultCandidate()) {
			throw new MisnamedAllocatorException(injectionPoint, name, qualifier(definition, name));
		}
	}

	/** Returns the annotation to ask for a bean with, as it is written. */
	private static String qualifier(RootBeanDefinition definition, String name) {
		AutowireCandidateQualifier named = definition.getQualifier(NamedAllocator.class.getName());
		return (named != null) ? "@NamedAllocator(\"" + named.getAttribute("value") + "\")"
				: ScopeQualifier.ofBean(name).map(ScopeQualifier::toString).orElse("@Qualifier(\"" + name + "\")");
	}

	/**
	 * Whether an allocator is asked for, at once or by way of a provider, without a
	 * qualifier.
	 */
	private static boolean isUnqualifiedAllocator(ResolvableType type, MergedAnnotations annotations) {
		Class<?> raw = type.toClass();
		ResolvableType asked = (ObjectFactory.class.isAssignableFrom(raw) || Optional.class == raw
				|| raw.getName().equals(PROVIDER)) ? type.getGeneric() : type;
		return Allocator.class.isAssignableFrom(asked.toClass()) && !isQualified(annotations);
	}

	private static boolean isQualified(MergedAnnotations annotations) {
		return annotations.isPresent(Qualifier.class) || annotations.isPresent("jakarta.inject.Qualifier")
				|| annotations.isPresent("jakarta.inject.Named");
	}

	private @Nullable String @Nullable [] names(Executable executable) {
		return (executable instanceof Method method) ? this.names.getParameterNames(method)
				: this.names.getParameterNames((Constructor<?>) executable);
	}

	private static String describe(Executable executable) {
		String declaring = executable.getDeclaringClass().getName();
		return (executable instanceof Method) ? "method " + executable.getName() + " in " + declaring
				: "constructor in " + declaring;
	}

}
