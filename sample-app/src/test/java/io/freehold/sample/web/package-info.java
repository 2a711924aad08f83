@NullMarked
package io.freehold.sample.web;

import org.jspecify.annotations.NullMarked;
