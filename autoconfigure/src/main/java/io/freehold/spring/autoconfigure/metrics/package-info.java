/**
 * Auto-configuration of the meters.
 */
@NullMarked
package io.freehold.spring.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
