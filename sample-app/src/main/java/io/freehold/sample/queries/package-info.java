/**
 * Questions about objects, each answered in the memory of the scope it runs in.
 */
@NullMarked
package io.freehold.sample.queries;

import org.jspecify.annotations.NullMarked;
