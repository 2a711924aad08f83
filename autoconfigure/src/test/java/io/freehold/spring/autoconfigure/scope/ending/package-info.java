/**
 * The table of scopes and endings: however a scope ends, nothing of it is left.
 */
@NullMarked
package io.freehold.spring.autoconfigure.scope.ending;

import org.jspecify.annotations.NullMarked;
