/**
 * The one seam through which allocations can be observed.
 */
@NullMarked
package io.freehold.probe;

import org.jspecify.annotations.NullMarked;
