/**
 * The contract suite, run for every allocator over every backend.
 */
@NullMarked
package io.freehold.conformance;

import org.jspecify.annotations.NullMarked;
