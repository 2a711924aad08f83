package io.freehold.spring.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.autoconfigure.MissingAllocatorReasons.Reason;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains why there is no allocator for an injection point, before Boot's own analyzer
 * of missing beans would.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingAllocatorFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private static final List<String> QUALIFIERS = List.of("org.springframework.beans.factory.annotation.Qualifier",
			"jakarta.inject.Qualifier", "jakarta.inject.Named");

	private final MissingAllocatorReasons reasons;

	MissingAllocatorFailureAnalyzer(BeanFactory beanFactory, Environment environment) {
		this.reasons = new MissingAllocatorReasons((ConfigurableListableBeanFactory) beanFactory, environment);
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		ResolvableType type = cause.getResolvableType();
		InjectionPoint point = injectionPoint(rootFailure);
		if (cause.getNumberOfBeansFound() != 0 || point == null || type == null
				|| !Allocator.class.isAssignableFrom(type.toClass())) {
			return null;
		}
		MergedAnnotations annotations = MergedAnnotations.from(point.getAnnotations());
		Optional<ScopeQualifier> scope = ScopeQualifier.among(annotations);
		if (scope.isPresent()) {
			return analysis(description, scope.get().toString(), type,
					this.reasons.ofScope(scope.get(), type.toClass()), cause);
		}
		if (annotations.isPresent(NamedAllocator.class)) {
			String name = annotations.get(NamedAllocator.class).getString("value");
			return analysis(description, "@NamedAllocator(\"" + name + "\")", type,
					this.reasons.ofName(name, type.toClass()), cause);
		}
		if (type.toClass() == Allocator.class || type.toClass() == ManagedAllocator.class) {
			// Boot's analyzer would create the allocators that do not match, in a dead
			// context
			return analysis(description, qualifiers(point), type, this.reasons.ofOther(), cause);
		}
		return null;
	}

	private static FailureAnalysis analysis(@Nullable String description, String annotation, ResolvableType type,
			Reason reason, Throwable cause) {
		String asked = type.toClass().getSimpleName();
		return new FailureAnalysis(
				((description != null) ? description : "A component") + " asks for "
						+ (annotation.isEmpty() ? "an " + asked : annotation + " " + asked)
						+ ", but there is no such bean: " + reason.clause() + ".",
				reason.fix() + ", or define an Allocator bean" + (annotation.isEmpty() ? "" : " with that annotation")
						+ ".",
				cause);
	}

	/** Returns the qualifiers of an injection point as they are written. */
	private static String qualifiers(InjectionPoint point) {
		return Arrays.stream(point.getAnnotations())
			.filter((annotation) -> QUALIFIERS.stream().anyMatch(MergedAnnotations.from(annotation)::isPresent))
			.map((annotation) -> annotation.toString()
				.replace(annotation.annotationType().getCanonicalName(), annotation.annotationType().getSimpleName()))
			.collect(Collectors.joining(" "));
	}

	/** Returns the innermost, which is the one that was not served. */
	private static @Nullable InjectionPoint injectionPoint(Throwable rootFailure) {
		InjectionPoint point = null;
		for (Throwable failure = rootFailure; failure != null; failure = failure.getCause()) {
			if (failure instanceof UnsatisfiedDependencyException unsatisfied) {
				point = unsatisfied.getInjectionPoint();
			}
		}
		return point;
	}

}
