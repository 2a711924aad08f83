/**
 * The Actuator endpoint that shows a tree of allocators.
 */
@NullMarked
package io.freehold.spring.actuate;

import org.jspecify.annotations.NullMarked;
