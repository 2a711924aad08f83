/**
 * Regions: bump allocation in chunks, all of it freed at once.
 */
@NullMarked
package io.freehold.region;

import org.jspecify.annotations.NullMarked;
