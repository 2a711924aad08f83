/**
 * Blocks that have an owner: who has which block, and the one who may free it. Not
 * exported.
 */
@NullMarked
package io.freehold.held;

import org.jspecify.annotations.NullMarked;
