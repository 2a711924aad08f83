/**
 * Random programs for backends, run next to a model, and made small when they fail.
 *
 * <p>
 * A backend is put to the test by extending
 * {@link io.freehold.model.RandomModelContract}.
 */
@NullMarked
package io.freehold.model;

import org.jspecify.annotations.NullMarked;
