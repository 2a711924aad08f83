/**
 * Workloads that put a backend under stress, with the content of every block verified.
 *
 * <p>
 * A backend is put to the test by extending {@link io.freehold.stress.StressContract}.
 * The workloads are written anew after descriptions of well-known allocator benchmarks,
 * whose names they bear.
 */
@NullMarked
package io.freehold.stress;

import org.jspecify.annotations.NullMarked;
