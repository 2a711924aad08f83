/**
 * Requests that recurse to the end of their stack while they use memory: each fails
 * alone.
 */
@NullMarked
package io.freehold.spring.deep;

import org.jspecify.annotations.NullMarked;
