/**
 * The process-wide allocator and the backend behind it.
 */
@NullMarked
package io.freehold.global;

import org.jspecify.annotations.NullMarked;
