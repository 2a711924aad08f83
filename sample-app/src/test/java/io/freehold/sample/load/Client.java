package io.freehold.sample.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What scripts need to make requests: a connection that is kept, a cookie, random
 * numbers. For each request that is answered there may be one that is aborted, on a
 * connection of its own and about nothing that matters. To be used by one thread.
 */
final class Client implements AutoCloseable {

	/** How many requests of a kind are answered for each that is aborted. */
	private static final int ANSWERED = 9;

	private static final int SMALL_BUFFER = 4 << 10;

	private final int port;

	private final int number;

	private final Random random;

	private final Tally tally;

	/** How many of each kind were made. */
	private final int[] requests = new int[Kind.values().length];

	private @Nullable Connection connection;

	Client(int port, int number, Random random, Tally tally) {
		this.port = port;
		this.number = number;
		this.random = random;
		this.tally = tally;
	}

	int number() {
		return this.number;
	}

	Random random() {
		return this.random;
	}

	/** Makes a request, and expects an answer with some status. */
	Response expect(Kind kind, int status, Request request) throws IOException {
		boolean chunked = this.random.nextInt(4) == 0;
		Response response = exchange(kind, chunked ? request.chunked(1 + this.random.nextInt(5000)) : request.bytes());
		assertThat(response.status())
			.as(() -> "%s of client %d: %s %s: %s".formatted(kind, this.number, request.method(), request.path(),
					response.text()))
			.isEqualTo(status);
		return response;
	}

	/** Makes a request of some bytes. */
	Response exchange(Kind kind, byte[] request) throws IOException {
		if ((this.number + this.requests[kind.ordinal()]++) % ANSWERED == 0) {
			abort(kind);
		}
		Connection present = this.connection;
		if (present == null) {
			present = open();
			this.connection = present;
		}
		long start = System.nanoTime();
		Response response = present.exchange(request);
		this.tally.took(System.nanoTime() - start);
		if (response.isLast()) {
			present.close();
			this.connection = null;
		}
		this.tally.answered(kind, response.status());
		return response;
	}

	/** Makes a request that is aborted. */
	void abort(Kind kind) throws IOException {
		Doomed.request(kind, this).run();
		this.tally.aborted(kind);
	}

	/** Opens another connection, for the caller to close. */
	Connection open() throws IOException {
		return new Connection(this.port, 0);
	}

	/** Counts a request on another connection. */
	void answered(Kind kind, Response response) {
		this.tally.answered(kind, response.status());
	}

	/**
	 * Makes a request that is cut off somewhere: within its head, within its body, before
	 * or within the answer, or after it.
	 * @param request the request, after whose answer the connection must end
	 * @param received how many bytes of the answer are received at most
	 */
	void abort(byte[] request, int received) throws IOException {
		boolean slow = this.random.nextBoolean();
		try (Connection doomed = new Connection(this.port, slow ? SMALL_BUFFER : 0)) {
			int point = this.random.nextInt(4);
			doomed.send(request, (point == 0) ? this.random.nextInt(request.length) : request.length);
			if (point >= 2) {
				doomed.skip(1 + this.random.nextInt((point == 2) ? 100 : received));
			}
			cut(doomed);
		}
	}

	/** Makes a request that is cut off before all of it is sent. */
	void abortWhileSending(byte[] request) throws IOException {
		try (Connection doomed = open()) {
			doomed.send(request, this.random.nextInt(request.length));
			cut(doomed);
		}
	}

	private void cut(Connection doomed) throws IOException {
		if (this.random.nextBoolean()) {
			doomed.reset();
		}
	}

	/** Returns a text of words. */
	byte[] text(int size) {
		StringBuilder text = new StringBuilder(size + 20);
		while (text.length() < size) {
			text.append("word").append(this.random.nextInt(500)).append(' ');
		}
		return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
	}

	/** Returns a size, small ones being the most frequent. */
	int size() {
		return 1 << this.random.nextInt(6, 15) | this.random.nextInt(64);
	}

	@Override
	public void close() throws IOException {
		if (this.connection != null) {
			this.connection.close();
		}
	}

}
