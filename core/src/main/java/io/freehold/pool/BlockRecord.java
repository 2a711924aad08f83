package io.freehold.pool;

/**
 * What is recorded of a block.
 *
 * @param address where it starts
 * @param size its size in bytes
 * @param alignment its alignment in bytes
 * @param owner the number of its owner
 */
record BlockRecord(long address, long size, long alignment, long owner) {

}
