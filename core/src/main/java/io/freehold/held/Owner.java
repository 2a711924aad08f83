package io.freehold.held;

import io.freehold.spi.GlobalAlloc;

/**
 * An owner of blocks, to be spoken to in either way. Blocks of one owner can be freed and
 * resized through this owner only.
 */
public interface Owner extends HeldBlocks, GlobalAlloc {

}
