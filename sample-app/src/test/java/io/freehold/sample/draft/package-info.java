@NullMarked
package io.freehold.sample.draft;

import org.jspecify.annotations.NullMarked;
