@NullMarked
package io.freehold.sample.recompression;

import org.jspecify.annotations.NullMarked;
