/**
 * The workloads, the programs that measure resident memory, and the report.
 */
@NullMarked
package io.freehold.benchmarks;

import org.jspecify.annotations.NullMarked;
