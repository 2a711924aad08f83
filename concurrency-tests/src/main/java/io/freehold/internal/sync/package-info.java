/**
 * Hand-overs by which one thread takes what another one does not use, put to jcstress.
 */
@NullMarked
package io.freehold.internal.sync;

import org.jspecify.annotations.NullMarked;
