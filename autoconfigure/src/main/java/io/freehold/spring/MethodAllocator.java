package io.freehold.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Asks for the allocator of the innermost call of a method that bears
 * {@link AllocatorScope}. One bean serves all calls: each goes to a region that belongs
 * to the calling thread alone, and is freed when that method returns or throws.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Qualifier
public @interface MethodAllocator {

}
