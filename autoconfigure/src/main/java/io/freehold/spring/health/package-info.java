/**
 * The health of a tree of allocators.
 */
@NullMarked
package io.freehold.spring.health;

import org.jspecify.annotations.NullMarked;
