package io.freehold.sample.objects;

/**
 * Something that happened to a key, published as an event.
 *
 * @param kind what happened
 * @param key the key
 * @param etag the entity tag of the object that was put, removed or evicted
 */
public record ObjectChange(Kind kind, String key, String etag) {

	/**
	 * What can happen to a key.
	 */
	public enum Kind {

		/** An object was stored, in place of another or not. */
		PUT,

		/** The object was deleted. */
		REMOVED,

		/** The object made room for others. */
		EVICTED

	}

}
