/**
 * Allocators in servlet applications.
 */
@NullMarked
package io.freehold.spring.scope.servlet;

import org.jspecify.annotations.NullMarked;
