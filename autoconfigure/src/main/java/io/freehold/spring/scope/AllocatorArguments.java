package io.freehold.spring.scope;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.freehold.Allocator;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;

/**
 * Allocators as arguments of handler methods: a parameter gets the bean that an injection
 * point with its type, name and qualifiers would get. It is looked up once per parameter.
 */
public final class AllocatorArguments {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Consumer<MethodParameter> check;

	private final ConcurrentHashMap<MethodParameter, Object> resolved = new ConcurrentHashMap<>();

	/**
	 * Creates arguments.
	 * @param beanFactory has the allocators
	 * @param check throws if a parameter must not be resolved, whatever bean there is
	 */
	public AllocatorArguments(ConfigurableListableBeanFactory beanFactory, Consumer<MethodParameter> check) {
		this.beanFactory = beanFactory;
		this.check = check;
	}

	/**
	 * Returns whether a parameter asks for an allocator.
	 * @param parameter the parameter
	 * @return whether {@link #resolve} is for it
	 */
	public boolean supports(MethodParameter parameter) {
		return Allocator.class.isAssignableFrom(parameter.getParameterType());
	}

	/**
	 * Returns the allocator for a parameter.
	 * @param parameter the parameter
	 * @return the bean, or null if there is none and the parameter is optional
	 * @throws UnsatisfiedDependencyException if there is no such bean, or more than one
	 */
	public @Nullable Object resolve(MethodParameter parameter) {
		Object present = this.resolved.get(parameter);
		return (present != null) ? present : lookUp(parameter);
	}

	private @Nullable Object lookUp(MethodParameter parameter) {
		this.check.accept(parameter);
		DependencyDescriptor descriptor = new DependencyDescriptor(parameter, true);
		descriptor.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
		try {
			Object bean = this.beanFactory.resolveDependency(descriptor, null);
			if (bean != null) {
				this.resolved.put(parameter, bean);
			}
			return bean;
		}
		catch (BeansException ex) {
			throw new UnsatisfiedDependencyException(null, beanName(parameter), new InjectionPoint(parameter), ex);
		}
	}

	private String beanName(MethodParameter parameter) {
		Class<?> type = parameter.getContainingClass();
		String[] names = this.beanFactory.getBeanNamesForType(type, true, false);
		return (names.length == 1) ? names[0] : type.getName();
	}

}
