/**
 * Auto-configuration of the endpoint.
 */
@NullMarked
package io.freehold.spring.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
