package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * A client that keeps its cookies, and so its session.
 */
public final class SessionClient implements AutoCloseable {

	private final int port;

	private final CookieManager cookies = new CookieManager();

	private final HttpClient client = HttpClient.newBuilder()
		.cookieHandler(this.cookies)
		.connectTimeout(Await.DEADLINE)
		.build();

	/**
	 * Creates a client without cookies.
	 * @param port the port of the server
	 */
	public SessionClient(int port) {
		this.port = port;
	}

	/**
	 * Returns the body of a response.
	 * @param path the path of the request
	 * @return the body
	 */
	public String get(String path) {
		return send(path).join().body();
	}

	/**
	 * Returns the status of a response.
	 * @param path the path of the request
	 * @return the status
	 */
	public int status(String path) {
		return send(path).join().statusCode();
	}

	/**
	 * Asks for the body of a response.
	 * @param path the path of the request
	 * @return the body to come
	 */
	public CompletableFuture<String> getAsync(String path) {
		return send(path).thenApply(HttpResponse::body);
	}

	/**
	 * Sends a request over a connection of its own, with the cookies.
	 * @param path the path of the request
	 * @return the connection, with the whole response to be read
	 * @throws IOException if it cannot be sent
	 */
	public Socket open(String path) throws IOException {
		StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
		for (HttpCookie cookie : this.cookies.getCookieStore().getCookies()) {
			request.append("Cookie: " + cookie.getName() + "=" + cookie.getValue() + "\r\n");
		}
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
		socket.setSoTimeout((int) Await.DEADLINE.toMillis());
		socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private CompletableFuture<HttpResponse<String>> send(String path) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(Await.DEADLINE)
			.build();
		return this.client.sendAsync(request, BodyHandlers.ofString());
	}

	/** Waits for no response. */
	@Override
	public void close() {
		this.client.shutdownNow();
	}

}
