/**
 * Allocators that live as long as a Spring scope.
 */
@NullMarked
package io.freehold.spring.scope;

import org.jspecify.annotations.NullMarked;
