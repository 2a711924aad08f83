/**
 * The allocators that compete, each behind a table of the blocks it gave out.
 */
@NullMarked
package io.freehold.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
