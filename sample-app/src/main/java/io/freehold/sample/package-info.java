/**
 * An HTTP object cache whose bytes live off-heap.
 */
@NullMarked
package io.freehold.sample;

import org.jspecify.annotations.NullMarked;
