/**
 * Pages from the operating system: divided among whoever needs runs of them, and returned
 * when nobody does. Not exported.
 */
@NullMarked
package io.freehold.pages;

import org.jspecify.annotations.NullMarked;
