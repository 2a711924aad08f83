@NullMarked
package io.freehold.sample;

import org.jspecify.annotations.NullMarked;
