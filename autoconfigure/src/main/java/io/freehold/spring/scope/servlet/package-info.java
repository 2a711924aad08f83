/**
 * Allocators that live as long as what servlet containers call a request or a session.
 */
@NullMarked
package io.freehold.spring.scope.servlet;

import org.jspecify.annotations.NullMarked;
