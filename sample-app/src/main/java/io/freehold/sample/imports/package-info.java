/**
 * Imports of many objects at once, staged in the memory of a transaction.
 */
@NullMarked
package io.freehold.sample.imports;

import org.jspecify.annotations.NullMarked;
