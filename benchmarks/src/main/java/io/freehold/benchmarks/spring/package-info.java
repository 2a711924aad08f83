/**
 * What the Spring side costs.
 */
@NullMarked
package io.freehold.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
