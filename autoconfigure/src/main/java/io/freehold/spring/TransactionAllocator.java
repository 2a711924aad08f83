package io.freehold.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Asks for the allocator of the current transaction. One bean serves all transactions:
 * each call goes to a region that belongs to the innermost transaction of the calling
 * thread, and to that thread alone. It is freed after commit or rollback, when all
 * synchronizations of the transaction have run.
 *
 * <p>
 * A transaction that suspends another one has memory of its own; a nested one, which is a
 * savepoint, shares that of the outer.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Qualifier
public @interface TransactionAllocator {

}
