package io.freehold.spring.autoconfigure;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

import io.freehold.spring.MethodAllocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.SessionAllocator;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.TransactionAllocator;

import org.springframework.core.annotation.MergedAnnotations;

/**
 * The annotations that ask for the allocator of a scope, and what the scope is called
 * elsewhere.
 */
enum ScopeQualifier {

	REQUEST(RequestAllocator.class),

	SESSION(SessionAllocator.class),

	THREAD(ThreadAllocator.class),

	TRANSACTION(TransactionAllocator.class),

	METHOD(MethodAllocator.class);

	private final Class<? extends Annotation> type;

	ScopeQualifier(Class<? extends Annotation> type) {
		this.type = type;
	}

	static Optional<ScopeQualifier> among(MergedAnnotations annotations) {
		return find((qualifier) -> annotations.isPresent(qualifier.type));
	}

	static Optional<ScopeQualifier> ofBean(String beanName) {
		return find((qualifier) -> qualifier.beanName().equals(beanName));
	}

	private static Optional<ScopeQualifier> find(Predicate<ScopeQualifier> condition) {
		return Arrays.stream(values()).filter(condition).findFirst();
	}

	Class<? extends Annotation> type() {
		return this.type;
	}

	String scope() {
		return name().toLowerCase(Locale.ROOT);
	}

	String beanName() {
		return scope() + "Allocator";
	}

	String property() {
		return "freehold.scopes." + scope() + ".enabled";
	}

	/** Returns the annotation as it is written. */
	@Override
	public String toString() {
		return "@" + this.type.getSimpleName();
	}

}
