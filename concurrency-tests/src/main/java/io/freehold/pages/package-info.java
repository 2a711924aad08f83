/**
 * Hand-overs between threads, put to jcstress.
 */
@NullMarked
package io.freehold.pages;

import org.jspecify.annotations.NullMarked;
