package io.freehold.sample.draft;

import java.net.http.HttpResponse;

import io.freehold.sample.CacheClient;
import io.freehold.sample.SampleTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DraftController} over HTTP.
 */
@SampleTest
class DraftControllerTests {

	private final CacheClient client;

	DraftControllerTests(@LocalServerPort int port) {
		this.client = new CacheClient(port);
	}

	@AfterEach
	void nothingIsLeft() {
		this.client.awaitIdle("root/session");
		this.client.expectNothingLeft();
		this.client.close();
	}

	@Test
	void whenPublishedShouldBeAnObject() {
		String cookie = begin("to be ");
		HttpResponse<String> append = send("POST", "/draft", "or not to be", cookie);
		assertThat(append.body()).isEqualTo("{\"size\":18}");
		HttpResponse<String> draft = send("GET", "/draft", "", cookie);
		assertThat(draft.body()).isEqualTo("to be or not to be");
		assertThat(draft.headers().firstValue("Content-Type")).contains("text/plain");
		assertThat(this.client.text("/objects/hamlet").statusCode()).isEqualTo(404);
		assertThat(send("POST", "/draft/publish?key=hamlet", "", cookie).statusCode()).isEqualTo(201);
		assertThat(this.client.text("/objects/hamlet").body()).isEqualTo("to be or not to be");
		assertThat(send("GET", "/draft", "", cookie).statusCode()).isEqualTo(404);
		assertThat(used()).isZero();
		logOut(cookie);
	}

	@Test
	void whenPublishingIsRefusedShouldKeepTheDraft() {
		String cookie = begin("abc");
		this.client.send("PUT", "/objects/taken", "taken");
		assertThat(this.client.send("POST", "/draft/publish?key=taken", "", "Cookie", cookie, "If-None-Match", "*")
			.statusCode()).isEqualTo(412);
		assertThat(send("POST", "/draft/publish?key=" + "k".repeat(513), "", cookie).statusCode()).isEqualTo(400);
		assertThat(send("GET", "/draft", "", cookie).body()).isEqualTo("abc");
		assertThat(send("DELETE", "/draft", "", cookie).statusCode()).isEqualTo(204);
		assertThat(used()).isZero();
		logOut(cookie);
	}

	@Test
	void whenSessionMayNotHaveTheMemoryShouldKeepTheDraft() {
		String cookie = begin("abc");
		HttpResponse<String> refused = send("POST", "/draft", "x".repeat(110_000), cookie);
		assertThat(this.client.problem(refused).get("status").asInt()).isEqualTo(507);
		assertThat(send("PUT", "/draft", "x".repeat(110_000), cookie).statusCode()).isEqualTo(507);
		assertThat(send("GET", "/draft", "", cookie).body()).isEqualTo("abc");
		logOut(cookie);
	}

	@Test
	void whenLoggedOutShouldBeGoneWithItsMemory() {
		String cookie = begin("abc");
		String other = begin("def");
		assertThat(used()).isPositive();
		logOut(cookie);
		assertThat(send("GET", "/draft", "", cookie).statusCode()).isEqualTo(404);
		assertThat(send("GET", "/draft", "", other).body()).isEqualTo("def");
		logOut(other);
		assertThat(used()).isZero();
		logOut(other);
	}

	@Test
	void whenThereIsNoSessionShouldBeginNone() {
		for (String method : new String[] { "GET", "POST", "DELETE" }) {
			HttpResponse<String> response = this.client.send(method, "/draft", "");
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
		}
	}

	private String begin(String text) {
		HttpResponse<String> response = this.client.send("PUT", "/draft", text, "Content-Type", "text/plain");
		assertThat(response.statusCode()).isEqualTo(204);
		String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
		return cookie.substring(0, cookie.indexOf(';'));
	}

	private HttpResponse<String> send(String method, String path, String body, String cookie) {
		return this.client.send(method, path, body, "Cookie", cookie);
	}

	private void logOut(String cookie) {
		assertThat(send("DELETE", "/session", "", cookie).statusCode()).isEqualTo(204);
	}

	private long used() {
		return this.client.allocator("root/session").get("used").asLong();
	}

}
