/**
 * Immutable snapshots of what an allocator has done.
 */
@NullMarked
package io.freehold.stats;

import org.jspecify.annotations.NullMarked;
