/**
 * The contract for backends: raw addresses, no exceptions for exhaustion.
 */
@NullMarked
package io.freehold.spi;

import org.jspecify.annotations.NullMarked;
