package io.freehold.sample.queries;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.sample.queries.Words.Word;

/**
 * Counts the words of a text, in a hash table of a scope's memory that grows. To be used
 * by one thread.
 */
final class WordTable {

	/*
	 * Open addressing with linear probing. A slot is three ints: where the word begins in
	 * the text, how long it is, and how often it was seen; a count of zero marks a free
	 * slot. A table that is three quarters full is succeeded by one of twice the size;
	 * the old one stays until the scope ends, so that all of them together take less than
	 * twice the last.
	 */

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

	private static final int SLOT = 12;

	private static final int SMALLEST = 256;

	private static final Comparator<Word> BY_COUNT = Comparator.comparingInt(Word::count)
		.thenComparing(Word::word, Comparator.reverseOrder());

	private final Allocator allocator;

	private final MemorySegment text;

	private MemorySegment slots;

	private int capacity = SMALLEST;

	private int size;

	/**
	 * Creates a table without words.
	 * @param allocator owns the table; nothing is freed one by one
	 * @param text the text that words are part of
	 */
	WordTable(Allocator allocator, MemorySegment text) {
		this.allocator = allocator;
		this.text = text;
		this.slots = slots(SMALLEST);
	}

	private MemorySegment slots(int capacity) {
		return this.allocator.allocateZeroed(Layout.of((long) capacity * SLOT, INT.byteAlignment()));
	}

	/** Counts a word, which lies in the text. */
	void count(int start, int length) {
		if (4L * this.size >= 3L * this.capacity) {
			grow();
		}
		add(start, length, 1);
	}

	private void grow() {
		MemorySegment full = this.slots;
		this.slots = slots(2 * this.capacity);
		this.capacity *= 2;
		this.size = 0;
		for (long slot = 0; slot < full.byteSize(); slot += SLOT) {
			int count = full.get(INT, slot + 8);
			if (count != 0) {
				add(full.get(INT, slot), full.get(INT, slot + 4), count);
			}
		}
	}

	private void add(int start, int length, int count) {
		int index = hash(start, length) & (this.capacity - 1);
		while (true) {
			long slot = (long) index * SLOT;
			int present = this.slots.get(INT, slot + 8);
			if (present == 0) {
				this.slots.set(INT, slot, start);
				this.slots.set(INT, slot + 4, length);
				this.slots.set(INT, slot + 8, count);
				this.size++;
				return;
			}
			if (isAt(slot, start, length)) {
				this.slots.set(INT, slot + 8, present + count);
				return;
			}
			index = (index + 1) & (this.capacity - 1);
		}
	}

	private boolean isAt(long slot, int start, int length) {
		int other = this.slots.get(INT, slot);
		return this.slots.get(INT, slot + 4) == length
				&& MemorySegment.mismatch(this.text, start, start + length, this.text, other, other + length) < 0;
	}

	private int hash(int start, int length) {
		int hash = 0;
		for (int i = start; i < start + length; i++) {
			hash = 31 * hash + this.text.get(ValueLayout.JAVA_BYTE, i);
		}
		return hash ^ (hash >>> 15);
	}

	/** Returns how many different words there are. */
	int size() {
		return this.size;
	}

	/** Returns the most frequent words, the most frequent one first. */
	List<Word> top(int limit) {
		PriorityQueue<Word> top = new PriorityQueue<>(BY_COUNT);
		for (long slot = 0; slot < this.slots.byteSize(); slot += SLOT) {
			int count = this.slots.get(INT, slot + 8);
			if (count != 0) {
				top.add(new Word(word(slot), count));
				if (top.size() > limit) {
					top.remove();
				}
			}
		}
		List<Word> words = new ArrayList<>(top);
		words.sort(BY_COUNT.reversed());
		return words;
	}

	private String word(long slot) {
		MemorySegment bytes = this.text.asSlice(this.slots.get(INT, slot), this.slots.get(INT, slot + 4));
		return StandardCharsets.UTF_8.decode(bytes.asByteBuffer()).toString();
	}

}
