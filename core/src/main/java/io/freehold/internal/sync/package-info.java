/**
 * What the other packages need to go on whatever strikes: room on the stack, waits that
 * end, one clock, and a log that never throws.
 */
@NullMarked
package io.freehold.internal.sync;

import org.jspecify.annotations.NullMarked;
