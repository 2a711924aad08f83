package io.freehold.sample.queries;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.sample.objects.InflatedBody;
import io.freehold.sample.objects.StoredObject;
import io.freehold.spring.AllocatorScope;
import io.freehold.spring.MethodAllocator;

import org.springframework.stereotype.Service;

/**
 * Counts the words of an object. The whole text and a table of its words are needed, but
 * only until the method returns, whoever calls it.
 */
@Service
class Words {

	private static final int LONGEST = 64;

	private final Allocator allocator;

	Words(@MethodAllocator Allocator allocator) {
		this.allocator = allocator;
	}

	/**
	 * Counts the words of an object: letters and digits in a row, and everything beyond
	 * ASCII; longer ones are cut.
	 * @param object the object
	 * @param limit how many words to return at most
	 * @return the most frequent words
	 * @throws io.freehold.AllocationException if the method may not have the memory
	 */
	@AllocatorScope
	public Count count(StoredObject object, int limit) throws IOException {
		MemorySegment text = inflate(object);
		WordTable words = new WordTable(this.allocator, text);
		int total = 0;
		int size = (int) text.byteSize();
		int start = 0;
		for (int i = 0; i <= size; i++) {
			if (i == size || !isLetter(text.get(ValueLayout.JAVA_BYTE, i))) {
				if (i > start) {
					words.count(start, Math.min(i - start, LONGEST));
					total++;
				}
				start = i + 1;
			}
		}
		return new Count(total, words.size(), words.top(limit));
	}

	private MemorySegment inflate(StoredObject object) throws IOException {
		MemorySegment text = this.allocator.allocate(Layout.ofBytes(object.size()));
		ByteBuffer rest = text.asByteBuffer();
		try (InflatedBody body = new InflatedBody(object.bytes())) {
			while (rest.hasRemaining()) {
				body.read(rest);
			}
		}
		return text;
	}

	private static boolean isLetter(byte letter) {
		return letter < 0 || Character.isLetterOrDigit(letter);
	}

	/**
	 * The words of an object.
	 *
	 * @param total how many it has
	 * @param different how many different ones
	 * @param top the most frequent ones
	 */
	record Count(int total, int different, List<Word> top) {

	}

	/**
	 * A word.
	 *
	 * @param word the word
	 * @param count how often it occurs
	 */
	record Word(String word, int count) {

	}

}
