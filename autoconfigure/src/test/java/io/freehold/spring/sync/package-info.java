@NullMarked
package io.freehold.spring.sync;

import org.jspecify.annotations.NullMarked;
