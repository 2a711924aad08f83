/**
 * Tells clients of changes, as they wait for them.
 */
@NullMarked
package io.freehold.sample.feed;

import org.jspecify.annotations.NullMarked;
