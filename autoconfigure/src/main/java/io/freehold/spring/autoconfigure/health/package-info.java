/**
 * Auto-configuration of the health indicator.
 */
@NullMarked
package io.freehold.spring.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
