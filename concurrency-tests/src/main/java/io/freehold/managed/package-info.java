/**
 * Races for the leases of a node.
 */
@NullMarked
package io.freehold.managed;

import org.jspecify.annotations.NullMarked;
