package io.freehold.benchmarks.contender;

import org.openjdk.jmh.infra.Blackhole;

/**
 * A table of blocks, each in a numbered slot, all from one contender.
 *
 * <p>
 * This is the seam between workloads and contenders. It lies at the table and not at the
 * allocator, so that every contender keeps its blocks in the form its users hold them in:
 * a raw address, a segment, a buffer. Nobody pays for another's form.
 *
 * <p>
 * A table belongs to one thread at a time. The contender behind it is shared by all
 * tables and threads.
 */
public interface Slots {

	/**
	 * Allocates a block, writes its first byte, and puts it into an empty slot.
	 */
	void allocate(int slot, int size);

	/**
	 * Frees the block in a slot and empties the slot.
	 */
	void free(int slot);

	/**
	 * Allocates a block and frees it at once; the sink sees the block in between.
	 */
	void pair(int size, Blackhole sink);

	/**
	 * Returns whether there is a block in a slot.
	 */
	boolean holds(int slot);

	/**
	 * Writes into the block in a slot.
	 */
	void put(int slot, int offset, byte value);

	/**
	 * Reads from the block in a slot.
	 */
	byte get(int slot, int offset);

	/**
	 * Returns the number of slots.
	 */
	int count();

	/**
	 * Frees the block in a slot and puts a new one there.
	 */
	default void replace(int slot, int size) {
		free(slot);
		allocate(slot, size);
	}

	/**
	 * Returns the number of blocks in the table.
	 */
	default int live() {
		int live = 0;
		for (int slot = 0; slot < count(); slot++) {
			live += holds(slot) ? 1 : 0;
		}
		return live;
	}

	/**
	 * Frees every block in the table.
	 */
	default void freeAll() {
		for (int slot = 0; slot < count(); slot++) {
			if (holds(slot)) {
				free(slot);
			}
		}
	}

}
