package io.freehold.sample.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as it goes over the wire.
 *
 * @param method the method
 * @param path the path with its query, encoded
 * @param headers header lines
 * @param body the body, empty for none
 */
@SuppressWarnings("ArrayRecordComponent")
record Request(String method, String path, List<String> headers, byte[] body) {

	private static final byte[] NONE = {};

	static Request get(String path) {
		return new Request("GET", path, List.of(), NONE);
	}

	static Request delete(String path) {
		return new Request("DELETE", path, List.of(), NONE);
	}

	static Request put(String path, byte[] body) {
		return new Request("PUT", path, List.of("Content-Type: text/plain"), body);
	}

	static Request post(String path, byte[] body) {
		return new Request("POST", path, List.of("Content-Type: text/plain"), body);
	}

	Request with(String header) {
		List<String> all = new ArrayList<>(this.headers);
		all.add(header);
		return new Request(this.method, this.path, List.copyOf(all), this.body);
	}

	private boolean hasBody() {
		return this.method.equals("PUT") || this.method.equals("POST");
	}

	/** Returns all bytes of the request, the body with its length in front of it. */
	byte[] bytes() {
		return bytes(hasBody() ? "Content-Length: " + this.body.length + "\r\n" : "", this.body);
	}

	/** Returns all bytes of the request, the body in chunks of at most some size. */
	byte[] chunked(int size) {
		if (!hasBody()) {
			return bytes();
		}
		ByteArrayOutputStream chunks = new ByteArrayOutputStream();
		for (int start = 0; start < this.body.length; start += size) {
			int length = Math.min(size, this.body.length - start);
			chunks.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
			chunks.write(this.body, start, length);
			chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
		}
		chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		return bytes("Transfer-Encoding: chunked\r\n", chunks.toByteArray());
	}

	/** Returns a request whose body is not what its headers say. */
	byte[] broken() {
		return bytes("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\nnonsense\r\n".getBytes(StandardCharsets.US_ASCII));
	}

	private byte[] bytes(String framing, byte[] rest) {
		StringBuilder head = new StringBuilder(this.method).append(' ')
			.append(this.path)
			.append(" HTTP/1.1\r\nHost: localhost\r\n");
		this.headers.forEach((header) -> head.append(header).append("\r\n"));
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(head.append(framing).append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
		bytes.writeBytes(rest);
		return bytes.toByteArray();
	}

	/**
	 * Something that makes requests.
	 */
	@FunctionalInterface
	interface Action {

		void run() throws IOException;

	}

}
