/**
 * Native access: the only package that calls restricted methods of the JDK. Not exported.
 */
@NullMarked
package io.freehold.internal;

import org.jspecify.annotations.NullMarked;
