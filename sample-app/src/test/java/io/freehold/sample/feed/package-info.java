@NullMarked
package io.freehold.sample.feed;

import org.jspecify.annotations.NullMarked;
