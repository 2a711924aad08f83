/**
 * Configuration of scopes in management contexts.
 */
@NullMarked
package io.freehold.spring.autoconfigure.scope.actuate;

import org.jspecify.annotations.NullMarked;
