package io.freehold.sample.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.freehold.sample.CacheClient;
import io.freehold.sample.load.Script.Shared;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that use the memory of a method, of a session and of a transaction.
 */
final class ScopeSteps {

	private static final byte[] NONE = {};

	private final Client client;

	private final String key;

	ScopeSteps(Client client) {
		this.client = client;
		this.key = "scope-" + client.number();
	}

	void method(Shared shared) throws IOException {
		Response words = this.client.expect(Kind.METHOD, 200,
				Request.get("/objects/" + Script.SHARED_TEXT + "/words?limit=3"));
		long total = new String(shared.text(), StandardCharsets.US_ASCII).split(" ").length;
		assertThat(words.text()).startsWith("{\"total\":" + total + ",");
	}

	/** A draft that grows, is refused, is read, and ends in one of three ways. */
	void session() throws IOException {
		byte[] first = this.client.text(this.client.size());
		byte[] second = this.client.text(this.client.size());
		String cookie = Script.cookie(this.client.expect(Kind.SESSION, 204, Request.put("/draft", first)));
		this.client.expect(Kind.SESSION, 200, Request.post("/draft", second).with(cookie));
		if (this.client.random().nextInt(4) == 0) {
			// more than a session may have
			this.client.expect(Kind.SESSION, 507, Request.post("/draft", new byte[300_000]).with(cookie));
		}
		byte[] both = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, both, first.length, second.length);
		Response draft = this.client.expect(Kind.SESSION, 200, Request.get("/draft").with(cookie));
		assertThat(Arrays.equals(draft.body(), both)).as("draft of client %d", this.client.number()).isTrue();
		switch (this.client.random().nextInt(3)) {
			case 0 -> {
				Response published = this.client.expect(Kind.SESSION, 201,
						Request.post("/draft/publish?key=" + this.key, NONE).with(cookie));
				assertThat(published.header("etag")).isEqualTo(CacheClient.etag(both));
				this.client.expect(Kind.SESSION, 404, Request.get("/draft").with(cookie));
				this.client.expect(Kind.SESSION, 204, Request.delete("/objects/" + this.key));
			}
			case 1 -> this.client.expect(Kind.SESSION, 204, Request.delete("/draft").with(cookie));
			default -> {
				// the session takes the draft with it
			}
		}
		this.client.expect(Kind.SESSION, 204, Request.delete("/session").with(cookie));
		this.client.expect(Kind.SESSION, 404, Request.get("/draft").with(cookie));
	}

	/** An import that is committed, and one that is rolled back by its last line. */
	void transaction() throws IOException {
		int lines = 1 + this.client.random().nextInt(6);
		StringBuilder csv = new StringBuilder();
		for (int i = 0; i < lines; i++) {
			csv.append(this.key).append('-').append(i).append(",text/plain,");
			csv.append(new String(this.client.text(this.client.size() / 4), StandardCharsets.US_ASCII)).append('\n');
		}
		Request bad = Request.post("/imports", bytes(csv + "bad line\n"));
		assertThat(this.client.expect(Kind.TRANSACTION, 400, bad).text()).contains("Line " + (lines + 1));
		this.client.expect(Kind.TRANSACTION, 404, Request.get("/objects/" + this.key + "-0"));
		Response imported = this.client.expect(Kind.TRANSACTION, 201, Request.post("/imports", bytes(csv.toString())));
		assertThat(imported.text()).contains("\"objects\":" + lines + ",\"published\":" + lines);
		for (int i = 0; i < lines; i++) {
			this.client.expect(Kind.TRANSACTION, 204, Request.delete("/objects/" + this.key + "-" + i));
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
