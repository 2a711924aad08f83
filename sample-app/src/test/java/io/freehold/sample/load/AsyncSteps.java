package io.freehold.sample.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import io.freehold.sample.CacheClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that are answered asynchronously.
 */
final class AsyncSteps {

	private final Client client;

	private final Script script;

	private int counter;

	AsyncSteps(Client client, Script script) {
		this.client = client;
		this.script = script;
	}

	/** Searches for what only the object of this client contains. */
	void callable() throws IOException {
		String needle = "needle-" + this.client.number() + "-" + this.counter++;
		byte[] body = this.client.text(20_000);
		int offset = this.client.random().nextInt(19_000);
		byte[] marked = needle.getBytes(StandardCharsets.US_ASCII);
		System.arraycopy(marked, 0, body, offset, marked.length);
		body[offset + marked.length] = '.';
		this.script.put(body, Kind.CALLABLE);
		Response found = this.client.expect(Kind.CALLABLE, 200, Request.get("/search?text=" + needle + "."));
		assertThat(found.text()).isEqualTo("[{\"key\":\"" + this.script.key() + "\",\"offset\":" + offset + "}]");
	}

	/** Waits on one connection for what is put on the other. */
	void deferred() throws IOException {
		String key = "waited-for-" + this.client.number();
		byte[] body = this.client.text(this.client.size());
		try (Connection waiting = this.client.open()) {
			byte[] request = Request.get("/arrivals/" + key + "?wait=30s").bytes();
			waiting.send(request, request.length);
			this.client.expect(Kind.DEFERRED, 201, Request.put("/objects/" + key, body));
			Response arrived = waiting.receive();
			this.client.answered(Kind.DEFERRED, arrived);
			assertThat(arrived.status()).as(arrived::text).isEqualTo(200);
			assertThat(Arrays.equals(arrived.body(), body)).as(key).isTrue();
		}
		this.client.expect(Kind.DEFERRED, 204, Request.delete("/objects/" + key));
	}

	void timeout() throws IOException {
		int millis = 1 + this.client.random().nextInt(50);
		this.client.expect(Kind.TIMEOUT, 404, Request.get("/arrivals/never?wait=" + millis + "ms"));
	}

	void future() throws IOException {
		Response sums = this.client.expect(Kind.FUTURE, 200,
				Request.get("/objects/" + this.script.key() + "/checksums"));
		assertThat(sums.text()).contains("\"size\":" + this.script.body().length, sha512(this.script.body()));
	}

	/** Finds the object of this client among all others. */
	void stream() throws IOException {
		Response archive = this.client.expect(Kind.STREAM, 200, Request.get("/archive"));
		boolean found = false;
		try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive.body()))) {
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				byte[] body = zip.readAllBytes();
				if (entry.getName().equals(this.script.key())) {
					assertThat(Arrays.equals(body, this.script.body())).as(entry.getName()).isTrue();
					found = true;
				}
			}
		}
		assertThat(found).isTrue();
	}

	/** Listens on one connection to what is changed on the other. */
	void events() throws IOException {
		try (Connection feed = this.client.open()) {
			byte[] request = Request.get("/changes").bytes();
			feed.send(request, request.length);
			Response head = feed.receiveHead();
			assertThat(head.status()).isEqualTo(200);
			assertThat(head.header("content-type")).isEqualTo("text/event-stream");
			// the first sign of life, after which nothing is missed
			StringBuilder received = new StringBuilder(text(feed.readChunk()));
			byte[] body = this.client.text(this.client.size());
			this.script.put(body, Kind.EVENTS);
			String expected = "data:{\"kind\":\"PUT\",\"key\":\"" + this.script.key() + "\",\"etag\":\""
					+ CacheClient.etag(body).replace("\"", "\\\"") + "\"}\n";
			while (received.indexOf(expected) < 0) {
				byte[] chunk = feed.readChunk();
				assertThat(chunk).as(() -> "the feed ended: " + received).isNotEmpty();
				received.append(text(chunk));
			}
			this.client.answered(Kind.EVENTS, head);
		}
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static String sha512(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
