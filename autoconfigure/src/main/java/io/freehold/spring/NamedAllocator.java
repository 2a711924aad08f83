package io.freehold.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Asks for the allocator configured under {@code freehold.allocators.<name>}. It lives as
 * long as the application.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Qualifier
public @interface NamedAllocator {

	/**
	 * The name of the allocator, in lower-case kebab form such as {@code image-cache}.
	 * @return the name
	 */
	String value();

}
