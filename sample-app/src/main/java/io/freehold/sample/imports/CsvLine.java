package io.freehold.sample.imports;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import io.freehold.sample.objects.Description;
import io.freehold.sample.objects.ObjectException;

import org.jspecify.annotations.Nullable;

/**
 * A line {@code key,content type,text}. The text is the rest of the line, commas
 * included; nothing is quoted.
 *
 * @param number the number of the line, from 1
 * @param description key and content type
 * @param text the bytes of the text, in the memory of the whole file
 */
record CsvLine(int number, Description description, MemorySegment text) {

	/** Keys and content types are much shorter. */
	private static final long MAX_FIELD = 4096;

	/**
	 * Reads a line.
	 * @param number the number of the line
	 * @param line its bytes, without its end
	 * @throws ObjectException if it is not such a line
	 */
	static CsvLine parse(int number, MemorySegment line) {
		long first = indexOf(line, 0, ',');
		long second = (first >= 0) ? indexOf(line, first + 1, ',') : -1;
		if (second < 0) {
			throw bad(number, "it is not of the form key,content type,text", null);
		}
		if (first == 0) {
			throw bad(number, "the key is empty", null);
		}
		String key = text(number, line.asSlice(0, first));
		String contentType = text(number, line.asSlice(first + 1, second - first - 1));
		try {
			return new CsvLine(number, Description.of(key, contentType), line.asSlice(second + 1));
		}
		catch (ObjectException ex) {
			throw bad(number, String.valueOf(ex.getBody().getDetail()), ex);
		}
	}

	private static String text(int number, MemorySegment field) {
		if (field.byteSize() > MAX_FIELD) {
			throw bad(number, "the key or the content type is too long", null);
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(field.asByteBuffer()).toString();
		}
		catch (CharacterCodingException ex) {
			throw bad(number, "it is not in UTF-8", ex);
		}
	}

	/**
	 * Says what is wrong with this line.
	 * @param reason why it cannot be imported
	 * @param cause what told
	 */
	ObjectException bad(String reason, Exception cause) {
		return bad(this.number, reason, cause);
	}

	static ObjectException bad(int number, String reason, @Nullable Exception cause) {
		return ObjectException.badRequest("Line " + number + " cannot be imported: " + reason, cause);
	}

	/** Returns where a byte is found, -1 if nowhere. */
	static long indexOf(MemorySegment bytes, long from, char wanted) {
		for (long i = from; i < bytes.byteSize(); i++) {
			if (bytes.get(ValueLayout.JAVA_BYTE, i) == wanted) {
				return i;
			}
		}
		return -1;
	}

}
