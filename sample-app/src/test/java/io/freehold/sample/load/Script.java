package io.freehold.sample.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.freehold.sample.CacheClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What one client does: it goes through a deck of steps, shuffled anew each time, of
 * which each leaves nothing behind but the two objects of this client. Each answer is
 * compared with what this client knows it must be.
 */
final class Script {

	/** Objects that all clients read and none writes: bytes, and a text. */
	static final String SHARED = "shared";

	static final String SHARED_TEXT = "shared-text";

	private final Client client;

	private final Shared shared;

	private final AsyncSteps async;

	private final ScopeSteps scopes;

	private final String[] keys;

	/** What is stored under the keys. */
	private final byte[][] bodies = new byte[2][];

	Script(Client client, Shared shared) {
		this.client = client;
		this.shared = shared;
		this.async = new AsyncSteps(client, this);
		this.scopes = new ScopeSteps(client);
		this.keys = new String[] { "client-" + client.number() + "-a", "client-" + client.number() + "-b" };
	}

	/**
	 * Begins with the objects of this client, and with one kind of requests: a dozen
	 * clients are sure to make all kinds.
	 */
	void begin() throws Exception {
		for (int i = 0; i < this.keys.length; i++) {
			this.bodies[i] = this.client.text(this.client.size());
			this.client.expect(Kind.PLAIN, 201, Request.put("/objects/" + this.keys[i], this.bodies[i]));
		}
		Kind first = Kind.values()[this.client.number() % Kind.values().length];
		step(first);
		this.client.abort(first);
	}

	/** Goes through the deck once, or until the time is over. */
	void run(Deadline deadline) throws Exception {
		List<Kind> deck = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			deck.addAll(Collections.nCopies(kind.weight(), kind));
		}
		Collections.shuffle(deck, this.client.random());
		for (Kind kind : deck) {
			if (deadline.isOver()) {
				return;
			}
			step(kind);
		}
	}

	private void step(Kind kind) throws Exception {
		switch (kind) {
			case PLAIN -> plain();
			case EXCEPTION -> exception();
			case ERROR_DISPATCH -> error();
			case CALLABLE -> this.async.callable();
			case DEFERRED -> this.async.deferred();
			case TIMEOUT -> this.async.timeout();
			case FUTURE -> this.async.future();
			case STREAM -> this.async.stream();
			case EVENTS -> this.async.events();
			case METHOD -> this.scopes.method(this.shared);
			case SESSION -> this.scopes.session();
			case TRANSACTION -> this.scopes.transaction();
		}
	}

	private void plain() throws IOException {
		int index = this.client.random().nextInt(this.keys.length);
		String path = "/objects/" + this.keys[index];
		switch (this.client.random().nextInt(6)) {
			case 0 -> {
				this.bodies[index] = this.client.text(this.client.size());
				Response put = this.client.expect(Kind.PLAIN, 204, Request.put(path, this.bodies[index]));
				assertThat(put.header("etag")).isEqualTo(CacheClient.etag(this.bodies[index]));
			}
			case 1 -> {
				Response get = this.client.expect(Kind.PLAIN, 200, Request.get("/objects/" + SHARED));
				assertThat(Arrays.equals(get.body(), this.shared.bytes())).as("the shared object").isTrue();
			}
			case 2 -> this.client.expect(Kind.PLAIN, 304,
					Request.get(path).with("If-None-Match: " + CacheClient.etag(this.bodies[index])));
			default -> {
				Response get = this.client.expect(Kind.PLAIN, 200, Request.get(path));
				assertThat(Arrays.equals(get.body(), this.bodies[index])).as(path).isTrue();
			}
		}
	}

	private void exception() throws IOException {
		String path = "/objects/" + this.keys[0];
		switch (this.client.random().nextInt(3)) {
			case 0 -> this.client.expect(Kind.EXCEPTION, 404, Request.get("/objects/missing"));
			case 1 -> this.client.expect(Kind.EXCEPTION, 412,
					Request.put(path, this.client.text(5000)).with("If-None-Match: *"));
			default -> this.client.expect(Kind.EXCEPTION, 415,
					Request.put(path, this.client.text(5000)).with("Content-Encoding: gzip"));
		}
	}

	private void error() throws IOException {
		if (this.client.random().nextBoolean()) {
			Response response = this.client.exchange(Kind.ERROR_DISPATCH,
					Request.put("/objects/" + this.keys[0], new byte[0]).broken());
			assertThat(response.status()).isEqualTo(400);
			assertThat(response.text()).contains("\"path\":\"/objects/" + this.keys[0] + "\"");
		}
		else {
			Request trace = new Request("TRACE", "/objects/" + this.keys[0], List.of(), new byte[0]);
			assertThat(this.client.expect(Kind.ERROR_DISPATCH, 405, trace).text()).contains("\"status\":405");
		}
	}

	/** Returns the key of an object of this client. */
	String key() {
		return this.keys[1];
	}

	/** Returns the bytes of the object with that key. */
	byte[] body() {
		return this.bodies[1];
	}

	/** Replaces the object with that key. */
	void put(byte[] body, Kind kind) throws IOException {
		this.bodies[1] = body;
		this.client.expect(kind, 204, Request.put("/objects/" + this.keys[1], body));
	}

	/** Removes what this client has stored. */
	void end() throws IOException {
		for (String key : this.keys) {
			this.client.expect(Kind.PLAIN, 204, Request.delete("/objects/" + key));
		}
	}

	/** Returns the header line that says which session an answer has begun. */
	static String cookie(Response response) {
		String cookie = response.header("set-cookie");
		assertThat(cookie).as(() -> "cookie of " + response.status()).startsWith("JSESSIONID=");
		return "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
	}

	/**
	 * What all clients may read.
	 *
	 * @param bytes an object of bytes that do not compress, larger than what sockets
	 * buffer
	 * @param text an object of words
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Shared(byte[] bytes, byte[] text) {

	}

}
