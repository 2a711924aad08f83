/**
 * The workloads, the programs that JMH does not run, and the report.
 */
@NullMarked
package io.freehold.benchmarks;

import org.jspecify.annotations.NullMarked;
