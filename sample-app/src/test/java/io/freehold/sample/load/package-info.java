/**
 * Many clients at once, some of which give up: what all of them leave behind.
 */
@NullMarked
package io.freehold.sample.load;

import org.jspecify.annotations.NullMarked;
