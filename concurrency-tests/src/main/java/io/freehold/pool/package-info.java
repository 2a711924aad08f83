/**
 * Hand-overs between threads, put to jcstress.
 */
@NullMarked
package io.freehold.pool;

import org.jspecify.annotations.NullMarked;
