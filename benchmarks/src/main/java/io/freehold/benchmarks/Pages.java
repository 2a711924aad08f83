package io.freehold.benchmarks;

import io.freehold.benchmarks.contender.Slots;

/**
 * Makes blocks resident.
 */
final class Pages {

	private static final int PAGE = 4096;

	private Pages() {
	}

	/**
	 * Writes into every page of a block, and its last byte.
	 */
	static void touch(Slots slots, int slot, int size) {
		for (int offset = 0; offset < size; offset += PAGE) {
			slots.put(slot, offset, (byte) 1);
		}
		slots.put(slot, size - 1, (byte) 1);
	}

}
