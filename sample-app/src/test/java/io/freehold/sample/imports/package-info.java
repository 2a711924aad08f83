@NullMarked
package io.freehold.sample.imports;

import org.jspecify.annotations.NullMarked;
