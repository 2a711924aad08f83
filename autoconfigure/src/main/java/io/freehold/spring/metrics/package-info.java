/**
 * Meters for every allocator of a tree.
 */
@NullMarked
package io.freehold.spring.metrics;

import org.jspecify.annotations.NullMarked;
