/**
 * The backend {@code pooled}: an allocator in pure Java.
 */
@NullMarked
package io.freehold.pool;

import org.jspecify.annotations.NullMarked;
