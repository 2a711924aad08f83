/**
 * A draft for each user, in the memory of the session until it is published as an object.
 */
@NullMarked
package io.freehold.sample.draft;

import org.jspecify.annotations.NullMarked;
