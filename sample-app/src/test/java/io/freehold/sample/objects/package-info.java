@NullMarked
package io.freehold.sample.objects;

import org.jspecify.annotations.NullMarked;
