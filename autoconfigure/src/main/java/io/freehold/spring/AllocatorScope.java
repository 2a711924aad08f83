package io.freehold.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives each call of a bean's method memory of its own, for {@link MethodAllocator} to
 * find: nothing until it is first asked for, then a region of the calling thread, which
 * is freed when the method returns or throws. Calls nest.
 *
 * <p>
 * Like a transaction it is opened by a proxy: calls within the bean, and calls of private
 * methods, open none. Segments must not leave the method. That rules out a method that
 * returns a reactive type, whose work begins when the method has returned; at start-up it
 * is refused.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface AllocatorScope {

}
