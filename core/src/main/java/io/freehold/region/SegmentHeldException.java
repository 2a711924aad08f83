package io.freehold.region;

/**
 * A lifetime cannot end because a native call holds one of its segments.
 */
final class SegmentHeldException extends IllegalStateException {

	SegmentHeldException(String region, Throwable cause) {
		super(region + ": could not end a lifetime (a native call holds one of its segments)", cause);
	}

}
