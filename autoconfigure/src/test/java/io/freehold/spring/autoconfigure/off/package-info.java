/**
 * An application in which Freehold is switched off.
 */
@NullMarked
package io.freehold.spring.autoconfigure.off;

import org.jspecify.annotations.NullMarked;
