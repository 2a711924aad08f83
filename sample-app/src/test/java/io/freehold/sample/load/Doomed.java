package io.freehold.sample.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Requests that are going to be aborted, one of each kind. What they change is never
 * looked at again: keys and sessions are their own.
 */
final class Doomed {

	private static final String LAST = "Connection: close";

	/** Longer than what sockets buffer. */
	private static final int ANSWER = 500_000;

	private final Client client;

	private Doomed(Client client) {
		this.client = client;
	}

	static Request.Action request(Kind kind, Client client) {
		Doomed doomed = new Doomed(client);
		return () -> doomed.run(kind);
	}

	private void run(Kind kind) throws IOException {
		switch (kind) {
			case PLAIN -> plain();
			case EXCEPTION -> abort(Request.get("/objects/missing"));
			case ERROR_DISPATCH -> this.client.abort(Request.put("/objects/" + key(), new byte[0]).broken(), ANSWER);
			case CALLABLE -> abort(Request.get("/search?text=" + Script.SHARED_TEXT));
			case DEFERRED, TIMEOUT -> abort(Request.get("/arrivals/never?wait=200ms"));
			case FUTURE -> abort(Request.get("/objects/" + Script.SHARED + "/checksums"));
			case STREAM -> abort(Request.get("/archive"));
			// which goes on for as long as it is listened to
			case EVENTS -> this.client.abort(Request.get("/changes").bytes(), 300);
			case METHOD -> abort(Request.get("/objects/" + Script.SHARED_TEXT + "/words?limit=500"));
			case SESSION -> session();
			case TRANSACTION -> abort(Request.post("/imports", csv()));
		}
	}

	private void abort(Request request) throws IOException {
		this.client.abort(request.with(LAST).bytes(), ANSWER);
	}

	private void plain() throws IOException {
		switch (this.client.random().nextInt(3)) {
			case 0 -> abort(Request.put("/objects/" + key(), this.client.text(100_000)));
			case 1 -> this.client
				.abort(Request.put("/objects/" + key(), this.client.text(50_000)).with(LAST).chunked(4000), ANSWER);
			default -> abort(Request.get("/objects/" + Script.SHARED));
		}
	}

	/** A session that ends while a request of it may still be at work. */
	private void session() throws IOException {
		try (Connection connection = this.client.open()) {
			String cookie = Script.cookie(connection.exchange(Request.put("/draft", this.client.text(3000)).bytes()));
			switch (this.client.random().nextInt(4)) {
				case 0 -> abort(Request.get("/draft").with(cookie));
				case 1 -> abort(Request.post("/draft", this.client.text(30_000)).with(cookie));
				case 2 -> abort(Request.post("/draft/publish?key=" + key(), new byte[0]).with(cookie));
				// if all of it came to the server, it might begin a session that nobody
				// knows
				default ->
					this.client.abortWhileSending(Request.put("/draft", this.client.text(30_000)).with(cookie).bytes());
			}
			connection.exchange(Request.delete("/session").with(cookie).bytes());
		}
	}

	private byte[] csv() {
		StringBuilder csv = new StringBuilder();
		for (int i = 0; i < 20; i++) {
			csv.append(key()).append('-').append(i).append(",text/plain,").append("doomed ".repeat(100)).append('\n');
		}
		return csv.toString().getBytes(StandardCharsets.US_ASCII);
	}

	private String key() {
		return "doomed-" + this.client.number() + "-" + this.client.random().nextInt(3);
	}

}
