/**
 * The allocator contract for users: layouts, allocators, and the errors they raise.
 */
@NullMarked
package io.freehold;

import org.jspecify.annotations.NullMarked;
