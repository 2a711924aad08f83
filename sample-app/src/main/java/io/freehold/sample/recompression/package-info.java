/**
 * Compresses objects better when nobody uses them, in the memory of the scheduled task.
 */
@NullMarked
package io.freehold.sample.recompression;

import org.jspecify.annotations.NullMarked;
