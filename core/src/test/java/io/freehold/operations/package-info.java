/**
 * The list of all public operations that take, give back or touch memory, and decorators
 * that count which of them a test has called.
 */
@NullMarked
package io.freehold.operations;

import org.jspecify.annotations.NullMarked;
