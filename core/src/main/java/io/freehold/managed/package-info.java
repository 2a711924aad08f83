/**
 * The tree of managed allocators: names, budgets, ownership, statistics, lifetime.
 */
@NullMarked
package io.freehold.managed;

import org.jspecify.annotations.NullMarked;
