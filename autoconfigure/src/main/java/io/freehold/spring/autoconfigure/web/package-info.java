/**
 * Auto-configuration for what HTTP clients are told when memory is refused.
 */
@NullMarked
package io.freehold.spring.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
