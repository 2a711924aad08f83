package io.freehold.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Asks for the allocator of the current HTTP session. One bean serves all sessions: each
 * call goes to the memory of the session that the calling thread's request belongs to,
 * beginning one if there is none.
 *
 * <p>
 * Blocks are freed one by one, and at the latest when the session ends: it is
 * invalidated, it expires, it is idle for too long, or the application shuts down. Any
 * thread may use them, several requests of one session at once included. The memory is
 * this process's: it does not go with a session that is replicated or stored elsewhere.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Qualifier
public @interface SessionAllocator {

}
