/**
 * What holds for the class files of this module.
 */
@NullMarked
package io.freehold.spring.laws;

import org.jspecify.annotations.NullMarked;
