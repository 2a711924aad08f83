/**
 * What is taken from a thread in {@link io.freehold.internal.sync.HandshakeRaces}.
 */
@NullMarked
package io.freehold.owned;

import org.jspecify.annotations.NullMarked;
