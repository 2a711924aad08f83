/**
 * Hand-overs between threads, put to jcstress.
 */
@NullMarked
package io.freehold.budget;

import org.jspecify.annotations.NullMarked;
