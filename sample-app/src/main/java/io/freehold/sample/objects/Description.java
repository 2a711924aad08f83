package io.freehold.sample.objects;

import org.jspecify.annotations.Nullable;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * What the heap holds of an object: texts whose length is limited, since only their
 * number is otherwise.
 *
 * @param key the key
 * @param contentType the content type, a concrete one
 */
public record Description(String key, String contentType) {

	private static final int MAX_KEY_LENGTH = 512;

	private static final int MAX_CONTENT_TYPE_LENGTH = 256;

	/**
	 * Checks and creates a description.
	 * @param key the key
	 * @param contentType the content type, null if it is not known
	 * @return the description
	 * @throws ObjectException if one of them is too long or makes no sense
	 */
	public static Description of(String key, @Nullable String contentType) {
		requireShort("key", key, MAX_KEY_LENGTH);
		return new Description(key, contentType(contentType));
	}

	/**
	 * Checks a content type.
	 * @param contentType the content type, null if it is not known
	 * @return the content type as objects have it
	 * @throws ObjectException if it is too long or makes no sense
	 */
	public static String contentType(@Nullable String contentType) {
		if (contentType == null) {
			return MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}
		requireShort("content type", contentType, MAX_CONTENT_TYPE_LENGTH);
		try {
			MediaType type = MediaType.parseMediaType(contentType);
			if (!type.isConcrete()) {
				throw ObjectException.badRequest("The content type must be a concrete one.", null);
			}
			return type.toString();
		}
		catch (InvalidMediaTypeException ex) {
			throw ObjectException.badRequest("The content type cannot be parsed: " + ex.getMessage(), ex);
		}
	}

	private static void requireShort(String what, String value, int max) {
		if (value.length() > max) {
			throw ObjectException.badRequest("The " + what + " may have " + max + " characters.", null);
		}
	}

}
