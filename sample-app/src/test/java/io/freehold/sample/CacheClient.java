package io.freehold.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of the object cache and its actuator. To be used by one thread.
 */
public final class CacheClient implements AutoCloseable {

	private static final Duration DEADLINE = Duration.ofMinutes(1);

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final JsonMapper json = JsonMapper.shared();

	private final URI server;

	public CacheClient(int port) {
		this.server = URI.create("http://localhost:" + port);
	}

	public HttpResponse<String> put(String key, byte[] body, String... headers) {
		return put(key, BodyPublishers.ofByteArray(body), headers);
	}

	public HttpResponse<String> put(String key, BodyPublisher body, String... headers) {
		return send("PUT", "/objects/" + key, body, BodyHandlers.ofString(), headers);
	}

	public HttpResponse<byte[]> get(String key, String... headers) {
		return get(key, BodyHandlers.ofByteArray(), headers);
	}

	public <T> HttpResponse<T> get(String key, BodyHandler<T> handler, String... headers) {
		return send("GET", "/objects/" + key, BodyPublishers.noBody(), handler, headers);
	}

	public HttpResponse<Void> head(String key) {
		return send("HEAD", "/objects/" + key, BodyPublishers.noBody(), BodyHandlers.discarding());
	}

	public HttpResponse<String> delete(String key, String... headers) {
		return send("DELETE", "/objects/" + key, BodyPublishers.noBody(), BodyHandlers.ofString(), headers);
	}

	public void deleteAll() {
		assertThat(send("DELETE", "/objects", BodyPublishers.noBody(), BodyHandlers.discarding()).statusCode())
			.isEqualTo(204);
	}

	/** Makes a request with a text, and returns the answer as such. */
	public HttpResponse<String> send(String method, String path, String body, String... headers) {
		return send(method, path, BodyPublishers.ofString(body), BodyHandlers.ofString(), headers);
	}

	/** Makes a request whose answer is read while it comes. */
	public <T> HttpResponse<T> open(String path, BodyHandler<T> handler) {
		return send("GET", path, BodyPublishers.noBody(), handler);
	}

	public HttpResponse<String> text(String path) {
		return send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofString());
	}

	public JsonNode json(String path) {
		HttpResponse<String> response = text(path);
		assertThat(response.statusCode()).isEqualTo(200);
		return this.json.readTree(response.body());
	}

	public JsonNode problem(HttpResponse<String> response) {
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		return this.json.readTree(response.body());
	}

	/**
	 * Deletes all objects and checks that nothing is left of them nor of the requests. A
	 * request may end a moment after its answer has arrived, so this asks again and
	 * again.
	 */
	public void expectNothingLeft() {
		deleteAll();
		assertThat(json("/objects").get("count").asInt()).isZero();
		for (String name : new String[] { "root/objects", "root/request" }) {
			awaitIdle(name);
			JsonNode allocator = allocator(name);
			assertThat(allocator.get("liveBlocks").asLong()).as(name).isZero();
			assertThat(allocator.get("leakedBlocks").asLong()).as(name).isZero();
			assertThat(allocator.get("allocations").asLong()).as(name)
				.isEqualTo(allocator.get("deallocations").asLong());
		}
		assertThat(allocator("root").get("used").asLong()).isZero();
	}

	/** Waits until an allocator has no memory and no regions. */
	public void awaitIdle(String name) {
		long start = System.nanoTime();
		JsonNode allocator = allocator(name);
		while (allocator.get("used").asLong() != 0 || allocator.get("openRegions").asLong() != 0) {
			assertThat(System.nanoTime() - start).as("waiting for %s", allocator).isLessThan(DEADLINE.toNanos());
			allocator = allocator(name);
		}
	}

	public JsonNode allocator(String name) {
		return json("/actuator/allocators/" + name);
	}

	public double evictions() {
		return json("/actuator/metrics/sample.evictions").get("measurements").get(0).get("value").asDouble();
	}

	public static String etag(byte[] body) {
		try {
			return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)) + '"';
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private <T> HttpResponse<T> send(String method, String path, BodyPublisher body, BodyHandler<T> handler,
			String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.server.resolve(path))
			.timeout(DEADLINE)
			.method(method, body);
		if (headers.length != 0) {
			request.headers(headers);
		}
		try {
			return this.http.send(request.build(), handler);
		}
		catch (IOException ex) {
			throw new IllegalStateException(method + " " + path + " failed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(method + " " + path + " was interrupted", ex);
		}
	}

	@Override
	public void close() {
		this.http.shutdownNow();
	}

}
