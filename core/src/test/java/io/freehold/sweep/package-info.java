/**
 * Sweeps: each public operation is struck at every point at which an error can occur, and
 * afterwards it must have had its full effect or none.
 *
 * <p>
 * An {@link io.freehold.sweep.Operation} is one call on a
 * {@link io.freehold.sweep.Scene}. A {@link io.freehold.sweep.Striker} performs it with
 * too little heap, too little stack, or with memory that is refused.
 * {@link io.freehold.sweep.Sweeps} is the program that combines them.
 */
@NullMarked
package io.freehold.sweep;

import org.jspecify.annotations.NullMarked;
