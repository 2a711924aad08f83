/**
 * The test slices of Spring Boot, and the scopes that each has.
 */
@NullMarked
package io.freehold.spring.autoconfigure.slice;

import org.jspecify.annotations.NullMarked;
