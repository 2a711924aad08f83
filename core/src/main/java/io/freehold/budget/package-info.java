/**
 * Limits on bytes, arranged in a tree and exact under any number of threads.
 */
@NullMarked
package io.freehold.budget;

import org.jspecify.annotations.NullMarked;
