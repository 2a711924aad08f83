/**
 * Auto-configuration of the allocator tree and its application-wide beans.
 */
@NullMarked
package io.freehold.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
