package io.freehold.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The magazines of one thread, or of one stripe: for each size class a stack of free
 * blocks, all in one array of {@code long}s, which is all that the hot path looks at.
 */
final class Rack {

	/*
	 * First comes the id of the thread that the rack belongs to; then, for each size
	 * class, the index of the place above the top of its stack; then, for each, where its
	 * stack ends and where it begins, in the lower and the upper half; then the stacks,
	 * each with a zero below it. A class that has no magazine has a stack of length zero,
	 * behind the one zero that all of them share: it is empty and full at once.
	 *
	 * A rack is as long as its magazines need. To make one larger is to make a new rack.
	 */

	/** Of a rack that belongs to no thread. */
	static final long NOBODY = -1;

	private static final VarHandle ELEMENTS = MethodHandles.arrayElementVarHandle(long[].class);

	private static final int OWNER = 0;

	private static final int TOPS = 1;

	private static final int BOUNDS = TOPS + SizeClass.COUNT;

	/** The first stack begins here, behind a zero. */
	private static final int STACKS = BOUNDS + SizeClass.COUNT + 1;

	private Rack() {
	}

	/** Creates a rack without magazines that belongs to nobody. */
	static long[] create() {
		long[] rack = new long[STACKS];
		rack[OWNER] = NOBODY;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			place(rack, i, STACKS, 0);
		}
		return rack;
	}

	/**
	 * Creates a rack with the content of another one that belongs to nobody, and with
	 * room for another number of blocks of one class.
	 * @param capacity how many; no less than there are
	 */
	static long[] resized(long[] rack, int sizeClass, int capacity) {
		int length = STACKS;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			length += spaceFor((i == sizeClass) ? capacity : capacity(rack, i));
		}
		long[] resized = new long[length];
		resized[OWNER] = NOBODY;
		int base = STACKS;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			int size = (i == sizeClass) ? capacity : capacity(rack, i);
			int count = count(rack, i);
			place(resized, i, (size == 0) ? STACKS : base, size);
			System.arraycopy(rack, base(rack, i), resized, base, count);
			resized[TOPS + i] += count;
			base += spaceFor(size);
		}
		return resized;
	}

	/** With the zero below the next one. */
	private static int spaceFor(int capacity) {
		return (capacity == 0) ? 0 : capacity + 1;
	}

	private static void place(long[] rack, int sizeClass, int base, int capacity) {
		rack[TOPS + sizeClass] = base;
		rack[BOUNDS + sizeClass] = (long) base << Integer.SIZE | (base + capacity);
	}

	/** Takes the room away from an empty magazine. */
	static void remove(long[] rack, int sizeClass) {
		place(rack, sizeClass, base(rack, sizeClass), 0);
	}

	static boolean belongsTo(long[] rack, long owner) {
		return rack[OWNER] == owner;
	}

	static boolean belongsToNobody(long[] rack) {
		return (long) ELEMENTS.getAcquire(rack, OWNER) == NOBODY;
	}

	static void setOwner(long[] rack, long owner) {
		ELEMENTS.setRelease(rack, OWNER, owner);
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
		if (top == (int) rack[BOUNDS + sizeClass]) {
			return false;
		}
		rack[top] = address;
		rack[TOPS + sizeClass] = top + 1L;
		return true;
	}

	private static int base(long[] rack, int sizeClass) {
		return (int) (rack[BOUNDS + sizeClass] >>> Integer.SIZE);
	}

	/** Returns how many blocks a magazine has room for; 0 if there is none. */
	static int capacity(long[] rack, int sizeClass) {
		return (int) rack[BOUNDS + sizeClass] - base(rack, sizeClass);
	}

	/** Returns how many blocks a magazine holds. */
	static int count(long[] rack, int sizeClass) {
		return (int) rack[TOPS + sizeClass] - base(rack, sizeClass);
	}

	/** Returns a number that tells what is in the magazines from what was. */
	static long fingerprint(long[] rack) {
		long fingerprint = 0;
		for (int i = 0; i < SizeClass.COUNT; i++) {
			fingerprint = 31 * fingerprint + count(rack, i);
		}
		return fingerprint;
	}

	/** Takes blocks out of a bin into an empty magazine. */
	static void fill(long[] rack, int sizeClass, Bin bin, int count) {
		int base = base(rack, sizeClass);
		rack[TOPS + sizeClass] = (long) base + bin.take(rack, base, count);
	}

	/** Empties a magazine that was not in use lately. */
	static void drainIdle(long[] rack, int sizeClass, Bin bin) {
		int base = base(rack, sizeClass);
		int count = count(rack, sizeClass);
		// they leave the magazine before the bin has them
		rack[TOPS + sizeClass] = base;
		bin.giveIdle(rack, base, count);
	}

	/** Gives the blocks that have been longest in a magazine to the bin. */
	static void drain(long[] rack, int sizeClass, Bin bin, int count) {
		int base = base(rack, sizeClass);
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
