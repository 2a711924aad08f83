/**
 * The cache itself: objects, and how they are stored.
 */
@NullMarked
package io.freehold.sample.objects;

import org.jspecify.annotations.NullMarked;
