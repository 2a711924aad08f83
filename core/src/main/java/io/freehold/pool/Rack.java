package io.freehold.pool;

/**
 * The magazines of one thread, or of one stripe: for each size class a stack of free
 * blocks, all in one array of {@code long}s, which is all that the hot path looks at.
 */
final class Rack {

	/*
	 * First comes the id of the thread that the rack belongs to; then, for each size
	 * class, the index of the place above the top of its stack; then, for each, the index
	 * of the end of its stack; then the stacks, each with a zero below it. A stack that
	 * is not provided for ends where it begins: it is empty and full at once.
	 */

	/** Of a rack that belongs to no thread. */
	static final long NOBODY = -1;

	private static final int OWNER = 0;

	private static final int TOPS = 1;

	private static final int ENDS = TOPS + SizeClass.COUNT;

	private static final int[] BASES = new int[SizeClass.COUNT];

	private static final int LENGTH;

	static {
		int next = ENDS + SizeClass.COUNT;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			BASES[i] = next + 1;
			next = BASES[i] + SizeClass.rounds(i);
		}
		LENGTH = next;
	}

	private Rack() {
	}

	/** Creates a rack that belongs to nobody. */
	static long[] create() {
		long[] rack = new long[LENGTH];
		rack[OWNER] = NOBODY;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			rack[TOPS + i] = BASES[i];
			rack[ENDS + i] = BASES[i];
		}
		return rack;
	}

	static boolean belongsTo(long[] rack, long owner) {
		return rack[OWNER] == owner;
	}

	static void setOwner(long[] rack, long owner) {
		rack[OWNER] = owner;
	}

	/** Takes a block, or 0 if there is none. */
	static long take(long[] rack, int sizeClass) {
		int top = (int) rack[TOPS + sizeClass] - 1;
		long address = rack[top];
		if (address != 0) {
			rack[TOPS + sizeClass] = top;
		}
		return address;
	}

	/** Takes a block back; returns whether there was room. */
	static boolean give(long[] rack, int sizeClass, long address) {
		int top = (int) rack[TOPS + sizeClass];
		if (top == (int) rack[ENDS + sizeClass]) {
			return false;
		}
		rack[top] = address;
		rack[TOPS + sizeClass] = top + 1L;
		return true;
	}

	static boolean isProvided(long[] rack, int sizeClass) {
		return rack[ENDS + sizeClass] != BASES[sizeClass];
	}

	/** Gives the empty magazine of a class its room, or takes the room away. */
	static void provide(long[] rack, int sizeClass, boolean provided) {
		rack[ENDS + sizeClass] = (long) BASES[sizeClass] + (provided ? SizeClass.rounds(sizeClass) : 0);
	}

	/** Returns how many blocks a magazine holds. */
	static int count(long[] rack, int sizeClass) {
		return (int) rack[TOPS + sizeClass] - BASES[sizeClass];
	}

	/** Fills half of an empty magazine. */
	static void fill(long[] rack, int sizeClass, Bin bin) {
		int base = BASES[sizeClass];
		rack[TOPS + sizeClass] = (long) base + bin.take(rack, base, SizeClass.rounds(sizeClass) / 2);
	}

	/** Empties a magazine that was not in use lately. */
	static void drainIdle(long[] rack, int sizeClass, Bin bin) {
		int base = BASES[sizeClass];
		int count = count(rack, sizeClass);
		// they leave the magazine before the bin has them
		rack[TOPS + sizeClass] = base;
		bin.giveIdle(rack, base, count);
	}

	/** Gives the blocks that have been longest in a magazine to the bin. */
	static void drain(long[] rack, int sizeClass, Bin bin, int count) {
		int base = BASES[sizeClass];
		int held = count(rack, sizeClass);
		oldestOnTop(rack, base, held, count);
		// they leave the magazine before the bin has them
		rack[TOPS + sizeClass] = (long) base + held - count;
		bin.give(rack, base + held - count, count);
	}

	/**
	 * Moves those elements of a stack that have been there longest to its top.
	 * @param held how many elements there are
	 * @param count how many to move
	 */
	static void oldestOnTop(long[] stack, int base, int held, int count) {
		int swaps = Math.min(count, held - count);
		for (int i = 0; i < swaps; i++) {
			int top = base + held - swaps + i;
			long newer = stack[top];
			stack[top] = stack[base + i];
			stack[base + i] = newer;
		}
	}

}
