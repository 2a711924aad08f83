/**
 * Refusals of memory in Spring WebFlux.
 */
@NullMarked
package io.freehold.spring.web.reactive;

import org.jspecify.annotations.NullMarked;
