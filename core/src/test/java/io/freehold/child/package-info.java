/**
 * Programs for JVMs of their own, and how they are run.
 */
@NullMarked
package io.freehold.child;

import org.jspecify.annotations.NullMarked;
