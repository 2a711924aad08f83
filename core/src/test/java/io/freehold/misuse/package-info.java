/**
 * Every way to misuse a backend that detects misuse by itself.
 *
 * <p>
 * A backend is put to the test by extending
 * {@link io.freehold.misuse.MisuseMatrixContract}.
 */
@NullMarked
package io.freehold.misuse;

import org.jspecify.annotations.NullMarked;
