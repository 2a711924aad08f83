@NullMarked
package io.freehold.sample.queries;

import org.jspecify.annotations.NullMarked;
