package io.freehold.held;

import io.freehold.internal.sync.PolledLock;

import org.jspecify.annotations.Nullable;

/**
 * One stripe of a side table: a hash table from addresses to sizes and alignments. Every
 * field is guarded by the lock, which the methods expect to be held.
 */
final class BlockTable {

	/*
	 * Open addressing with linear probing over pairs of longs: the address, 0 if the slot
	 * is free, and the size with the logarithm of the alignment in the lowest bits.
	 * Removal moves later entries of the same run back instead of leaving tombstones, so
	 * that lookups never degrade. At most two thirds of the slots are used: 24 to 48
	 * bytes a block.
	 */

	private static final int MIN_SLOTS = 8;

	private static final int ALIGNMENT_BITS = 6;

	private static final long[] EMPTY = new long[0];

	final PolledLock lock = new PolledLock();

	private long[] slots = EMPTY;

	private int used;

	/** Blocks that are out of the table while they are being resized. */
	private int claims;

	/** Packs a size and an alignment; -1, as no block has, if the size is too large. */
	static long pack(long size, long alignment) {
		return (size >>> (Long.SIZE - 1 - ALIGNMENT_BITS) == 0)
				? size << ALIGNMENT_BITS | Long.numberOfTrailingZeros(alignment) : -1;
	}

	static long size(long packed) {
		return packed >>> ALIGNMENT_BITS;
	}

	static long alignment(long packed) {
		return 1L << packed;
	}

	/**
	 * Makes room for one more entry. Fails only if the heap is exhausted and not one slot
	 * is left; nothing has changed then.
	 */
	void reserve() {
		int capacity = this.slots.length / 2;
		if ((this.used + this.claims + 1) * 3 > capacity * 2) {
			try {
				grow(capacity);
			}
			catch (OutOfMemoryError ex) {
				// one slot must stay free, to end every search
				if (this.used + this.claims + 1 >= capacity) {
					throw ex;
				}
			}
		}
	}

	private void grow(int capacity) {
		long[] larger = new long[Math.max(MIN_SLOTS, capacity * 2) * 2];
		long[] old = this.slots;
		this.slots = larger;
		this.used = 0;
		for (int i = 0; i < old.length; i += 2) {
			if (old[i] != 0) {
				put(old[i], old[i + 1]);
			}
		}
	}

	void put(long address, long packed) {
		long[] slots = this.slots;
		int mask = slots.length - 1;
		int i = start(address, mask);
		while (slots[i] != 0) {
			i = (i + 2) & mask;
		}
		slots[i] = address;
		slots[i + 1] = packed;
		this.used++;
	}

	/** Returns the packed size and alignment, or -1. */
	long get(long address) {
		int i = indexOf(address);
		return (i < 0) ? -1 : this.slots[i + 1];
	}

	/** Returns the entry whose block contains an address, by looking at all of them. */
	@Nullable BlockRecord findContaining(long address) {
		long[] slots = this.slots;
		for (int i = 0; i < slots.length; i += 2) {
			if (slots[i] != 0 && slots[i] <= address && address - slots[i] < size(slots[i + 1])) {
				return new BlockRecord(slots[i], size(slots[i + 1]), alignment(slots[i + 1]), 0);
			}
		}
		return null;
	}

	/** Removes an entry if it is there with this size and alignment. */
	boolean remove(long address, long packed) {
		int i = indexOf(address);
		if (i < 0 || this.slots[i + 1] != packed) {
			return false;
		}
		removeAt(i);
		return true;
	}

	/** Keeps the slot of a block that was removed, so that it can be put back. */
	void claim() {
		this.claims++;
	}

	/** Gives up the slot that was kept for a claimed block. */
	void settle() {
		this.claims--;
	}

	boolean hasClaims() {
		return this.claims != 0;
	}

	/** Returns the index of the last entry that is not behind an index, or -1. */
	int last(int index) {
		int i = Math.min(index, this.slots.length - 2);
		while (i >= 0 && this.slots[i] == 0) {
			i -= 2;
		}
		return i;
	}

	long addressAt(int index) {
		return this.slots[index];
	}

	long packedAt(int index) {
		return this.slots[index + 1];
	}

	/** Returns how many blocks there are, claimed ones included. */
	int blocks() {
		return this.used + this.claims;
	}

	/** Returns the bytes of the entries, by looking at all of them. */
	long bytes() {
		long sum = 0;
		for (int i = 0; i < this.slots.length; i += 2) {
			if (this.slots[i] != 0) {
				sum += size(this.slots[i + 1]);
			}
		}
		return sum;
	}

	private int indexOf(long address) {
		long[] slots = this.slots;
		if (slots.length == 0 || address == 0) {
			return -1;
		}
		int mask = slots.length - 1;
		int i = start(address, mask);
		while (slots[i] != address) {
			if (slots[i] == 0) {
				return -1;
			}
			i = (i + 2) & mask;
		}
		return i;
	}

	void removeAt(int index) {
		int hole = index;
		long[] slots = this.slots;
		int mask = slots.length - 1;
		int i = index;
		while (true) {
			i = (i + 2) & mask;
			if (slots[i] == 0) {
				break;
			}
			// an entry may fill the hole unless its run starts behind it
			int distance = (i - start(slots[i], mask)) & mask;
			if (((i - hole) & mask) <= distance) {
				slots[hole] = slots[i];
				slots[hole + 1] = slots[i + 1];
				hole = i;
			}
		}
		slots[hole] = 0;
		this.used--;
	}

	private static int start(long address, int mask) {
		return ((int) hash(address) << 1) & mask;
	}

	/**
	 * Mixes an address, whose lowest bits are all alike (the finalizer of splitmix64).
	 */
	static long hash(long address) {
		long h = address;
		h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
		h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
		return h ^ (h >>> 31);
	}

	boolean isValid() {
		int count = 0;
		for (int i = 0; i < this.slots.length; i += 2) {
			if (this.slots[i] != 0) {
				count++;
				if (indexOf(this.slots[i]) != i) {
					return false;
				}
			}
		}
		return count == this.used;
	}

}
