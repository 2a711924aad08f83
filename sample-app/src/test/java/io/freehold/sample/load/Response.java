package io.freehold.sample.load;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A response as it came over the wire.
 *
 * @param status the status
 * @param headers the last value of each header, by its name in lower case
 * @param body the body, empty if it was not read
 */
@SuppressWarnings("ArrayRecordComponent")
record Response(int status, Map<String, String> headers, byte[] body) {

	String text() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	/** Returns the value of a header, or an empty text. */
	String header(String name) {
		return this.headers.getOrDefault(name, "");
	}

	boolean isLast() {
		return header("connection").equalsIgnoreCase("close");
	}

}
