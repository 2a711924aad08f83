/**
 * Freehold in a class loader of its own, which is left behind.
 */
@NullMarked
package io.freehold.unload;

import org.jspecify.annotations.NullMarked;
