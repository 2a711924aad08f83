package io.freehold.sample.feed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.freehold.sample.CacheClient;
import io.freehold.sample.SampleTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ArrivalController} and {@link ChangeController} over HTTP.
 */
@SampleTest
class FeedTests {

	private final CacheClient client;

	private final int port;

	private final ArrivalController arrivals;

	private final ChangeController changes;

	FeedTests(@LocalServerPort int port, @Autowired ArrivalController arrivals, @Autowired ChangeController changes) {
		this.port = port;
		this.changes = changes;
		this.client = new CacheClient(port);
		this.arrivals = arrivals;
	}

	@AfterEach
	void nothingIsLeft() {
		this.client.expectNothingLeft();
		assertThat(this.arrivals.waiting()).isZero();
		this.client.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "%C3%A4%20b%3F" })
	void whenObjectIsPutShouldAnswerWhoWaitsForIt(String key) {
		CompletableFuture<HttpResponse<String>> first = waitFor(key);
		CompletableFuture<HttpResponse<String>> second = waitFor(key);
		while (this.arrivals.waiting() < 2) {
			Thread.onSpinWait();
		}
		this.client.send("PUT", "/objects/other", "other");
		assertThat(this.arrivals.waiting()).isEqualTo(2);
		this.client.send("PUT", "/objects/" + key, "text", "Content-Type", "image/png");
		for (HttpResponse<String> response : List.of(first.join(), second.join())) {
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).isEqualTo("text");
			assertThat(response.headers().firstValue("Content-Type")).contains("image/png");
		}
		assertThat(waitFor(key).join().body()).isEqualTo("text");
	}

	@Test
	void whenTimeIsOverShouldAnswerNotFound() {
		HttpResponse<String> response = this.client.text("/arrivals/a?wait=1ms");
		assertThat(this.client.problem(response).get("detail").asString()).isEqualTo("There is no object 'a'.");
		assertThat(this.client.text("/arrivals/a?wait=0s").statusCode()).isEqualTo(404);
		assertThat(this.client.text("/arrivals/a?wait=31s").statusCode()).isEqualTo(400);
		assertThat(this.client.text("/arrivals/a?wait=-1s").statusCode()).isEqualTo(400);
		assertThat(this.client.text("/arrivals/a?wait=soon").statusCode()).isEqualTo(400);
	}

	@Test
	void whenObjectsChangeShouldTellWhoListens() throws IOException {
		try (InputStream feed = this.client.open("/changes", BodyHandlers.ofInputStream()).body();
				BufferedReader lines = new BufferedReader(new InputStreamReader(feed, StandardCharsets.UTF_8))) {
			assertThat(lines.readLine()).startsWith(":");
			this.client.put("a", new byte[1]);
			this.client.delete("a");
			String etag = CacheClient.etag(new byte[1]).replace("\"", "\\\"");
			assertThat(next(lines)).isEqualTo("data:{\"kind\":\"PUT\",\"key\":\"a\",\"etag\":\"" + etag + "\"}");
			assertThat(next(lines)).startsWith("data:{\"kind\":\"REMOVED\",\"key\":\"a\"");
			assertThat(this.client.allocator("root/request").get("openRegions").asLong()).isEqualTo(1);
		}
	}

	@Test
	void whenClientsGoAtOnceShouldForgetThem() throws IOException {
		long before = this.client.allocator("root/request").get("allocations").asLong();
		for (int i = 0; i < 100; i++) {
			try (Socket socket = new Socket("localhost", this.port)) {
				socket.setSoLinger(true, 0);
				socket.getOutputStream()
					.write("GET /changes HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
				if (i % 10 == 0) {
					assertThat(socket.getInputStream().read()).isPositive();
				}
			}
		}
		assertThat(this.client.allocator("root/request").get("allocations").asLong())
			.isGreaterThanOrEqualTo(before + 10);
		this.client.awaitIdle("root/request");
		while (this.changes.subscribers() > 0) {
			Thread.onSpinWait();
		}
	}

	private static String next(BufferedReader lines) throws IOException {
		String line = lines.readLine();
		while (line.isEmpty() || line.startsWith(":")) {
			line = lines.readLine();
		}
		return line;
	}

	private CompletableFuture<HttpResponse<String>> waitFor(String key) {
		return CompletableFuture.supplyAsync(() -> this.client.text("/arrivals/" + key + "?wait=30s"),
				(task) -> Thread.ofVirtual().start(task));
	}

}
