/**
 * Allocators as Spring beans: the annotations that ask for them and the tree behind them.
 */
@NullMarked
package io.freehold.spring;

import org.jspecify.annotations.NullMarked;
