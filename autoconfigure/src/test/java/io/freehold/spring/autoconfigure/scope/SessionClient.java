package io.freehold.spring.autoconfigure.scope;

import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/**
 * A client that keeps its cookies, and so its session.
 */
final class SessionClient implements AutoCloseable {

	private final int port;

	private final HttpClient client = HttpClient.newBuilder()
		.cookieHandler(new CookieManager())
		.connectTimeout(Await.DEADLINE)
		.build();

	SessionClient(int port) {
		this.port = port;
	}

	String get(String path) {
		return send(path).join().body();
	}

	int status(String path) {
		return send(path).join().statusCode();
	}

	CompletableFuture<String> getAsync(String path) {
		return send(path).thenApply(HttpResponse::body);
	}

	private CompletableFuture<HttpResponse<String>> send(String path) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(Await.DEADLINE)
			.build();
		return this.client.sendAsync(request, BodyHandlers.ofString());
	}

	@Override
	public void close() {
		this.client.close();
	}

}
