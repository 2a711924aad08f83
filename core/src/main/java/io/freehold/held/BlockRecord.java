package io.freehold.held;

/**
 * What is recorded of a block.
 *
 * @param address where it starts
 * @param size its size in bytes
 * @param alignment its alignment in bytes
 * @param owner the number of its owner, 0 where owners have no numbers
 */
public record BlockRecord(long address, long size, long alignment, long owner) {

}
