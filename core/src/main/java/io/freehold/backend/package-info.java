/**
 * The backends that come with Freehold, and how backends are found.
 */
@NullMarked
package io.freehold.backend;

import org.jspecify.annotations.NullMarked;
