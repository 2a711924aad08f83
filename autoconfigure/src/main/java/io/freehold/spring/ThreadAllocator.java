package io.freehold.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Asks for the allocator of the task that the calling thread runs. One bean serves all
 * threads: each call goes to a region that belongs to the calling thread alone, and is
 * freed when the task ends, not when the thread dies.
 *
 * <p>
 * Tasks of the executors and schedulers that Spring Boot sets up are in such a scope; on
 * threads of your own, {@code ThreadScope.open()} opens one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Qualifier
public @interface ThreadAllocator {

}
