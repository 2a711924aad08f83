/**
 * Auto-configuration of allocators that live as long as a scope.
 */
@NullMarked
package io.freehold.spring.autoconfigure.scope;

import org.jspecify.annotations.NullMarked;
