package io.freehold.sample;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One object passes through all scopes: it comes from an import, becomes part of a draft,
 * is published, asked about, and compressed once more.
 */
@SampleTest
class FeaturesEndToEndTests {

	private static final String[] SCOPES = { "session", "thread", "transaction", "method" };

	private final CacheClient client;

	FeaturesEndToEndTests(@LocalServerPort int port) {
		this.client = new CacheClient(port);
	}

	@Test
	void whenAnObjectPassesThroughAllScopesShouldLeaveNothing() {
		String line = "to be or not to be ".repeat(1000);
		assertThat(this.client.send("POST", "/imports", "hamlet,text/plain," + line).body())
			.contains("\"published\":1}");
		String text = this.client.text("/objects/hamlet").body();
		HttpResponse<String> draft = this.client.send("PUT", "/draft", text, "Content-Type", "text/plain");
		String cookie = draft.headers().firstValue("Set-Cookie").orElseThrow();
		cookie = cookie.substring(0, cookie.indexOf(';'));
		this.client.send("POST", "/draft", "that is the question", "Cookie", cookie);
		assertThat(this.client.send("POST", "/draft/publish?key=question", "", "Cookie", cookie).statusCode())
			.isEqualTo(201);
		assertThat(this.client.text("/objects/question/words?limit=1").body())
			.startsWith("{\"total\":6004,\"different\":8,");
		assertThat(this.client.text("/objects/question/checksums").body()).startsWith("{\"size\":19020,");
		assertThat(this.client.text("/search?text=question").body()).contains("\"key\":\"question\",\"offset\":19012");
		assertThat(this.client.text("/objects/question").body()).isEqualTo(line + "that is the question");
		assertThat(this.client.send("DELETE", "/session", "", "Cookie", cookie).statusCode()).isEqualTo(204);
		for (String scope : SCOPES) {
			this.client.awaitIdle("root/" + scope);
			assertThat(this.client.allocator("root/" + scope).get("peak").asLong()).as(scope).isPositive();
			assertThat(this.client.allocator("root/" + scope).get("leakedBlocks").asLong()).as(scope).isZero();
		}
		this.client.expectNothingLeft();
		this.client.close();
	}

}
