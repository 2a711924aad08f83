/**
 * What HTTP clients are told when memory is refused.
 */
@NullMarked
package io.freehold.spring.web;

import org.jspecify.annotations.NullMarked;
