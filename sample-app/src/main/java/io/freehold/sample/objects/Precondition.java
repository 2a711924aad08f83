package io.freehold.sample.objects;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/**
 * What must hold of the current object for a request to change it: its {@code If-Match}
 * and {@code If-None-Match} headers (RFC 9110, section 13.1).
 *
 * @param match one of these must be the current one; null if there is no such header
 * @param noneMatch none of these may be the current one; empty if there is no such header
 */
public record Precondition(@Nullable List<ETag> match, List<ETag> noneMatch) {

	/** Holds always. */
	public static final Precondition NONE = new Precondition(null, List.of());

	public static Precondition of(HttpHeaders headers) {
		List<String> match = headers.get(HttpHeaders.IF_MATCH);
		List<String> noneMatch = headers.get(HttpHeaders.IF_NONE_MATCH);
		return new Precondition((match != null) ? parse(match) : null,
				(noneMatch != null) ? parse(noneMatch) : List.of());
	}

	private static List<ETag> parse(List<String> values) {
		return ETag.parse(String.join(", ", values));
	}

	boolean isNone() {
		return this.match == null && this.noneMatch.isEmpty();
	}

	/**
	 * Returns whether it holds.
	 * @param etag the entity tag of the current object, null if there is none
	 */
	boolean holds(@Nullable String etag) {
		if (this.match != null && !contains(this.match, etag, true)) {
			return false;
		}
		return !contains(this.noneMatch, etag, false);
	}

	private static boolean contains(List<ETag> tags, @Nullable String etag, boolean strong) {
		if (etag == null) {
			return false;
		}
		ETag current = ETag.create(etag);
		return tags.stream().anyMatch((tag) -> tag.isWildcard() || tag.compare(current, strong));
	}

}
