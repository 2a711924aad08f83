package io.freehold.spring.deep;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import io.freehold.spring.autoconfigure.scope.Await;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Makes requests and looks at the answers.
 */
final class DeepClient implements AutoCloseable {

	/** For an answer that does not come. */
	private static final Duration PATIENCE = Duration.ofMillis(500);

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Await.DEADLINE)
		.build();

	private final int port;

	DeepClient(int port) {
		this.port = port;
	}

	/** A request with an answer, outside of sessions or in one of its own. */
	void verify(Bean bean, Work work, int seed) throws IOException, InterruptedException {
		String session = (bean == Bean.SESSION) ? beginSession() : null;
		verify(bean, work, seed, session);
		if (session != null) {
			verify(bean, Work.SHALLOW, seed, session);
			assertThat(send("/end-session", session).body()).isEqualTo("ended");
		}
	}

	void verify(Bean bean, Work work, int seed, @Nullable String session) throws IOException, InterruptedException {
		HttpResponse<String> response = send("/" + bean + "/" + work + "?seed=" + seed, session);
		String request = bean + " " + work + " " + seed + ": " + response.body();
		assertThat(response.statusCode()).as(request).isEqualTo((work == Work.SHALLOW) ? 200 : 500);
		if (work == Work.SHALLOW) {
			assertThat(response.body()).isEqualTo(bean + " " + seed);
		}
	}

	/** A request without an answer: the connection ends, or the client gives up. */
	void verifyUnanswered(Work work, int seed) {
		HttpRequest request = request("/fatal/" + work + "?seed=" + seed).timeout(PATIENCE).build();
		assertThatIOException().as("fatal " + work + " " + seed)
			.isThrownBy(() -> this.client.send(request, BodyHandlers.ofString()));
	}

	/** Returns the cookie of a new session. */
	String beginSession() throws IOException, InterruptedException {
		HttpResponse<String> response = send("/begin-session", null);
		assertThat(response.body()).isEqualTo("begun");
		String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
		return cookie.substring(0, cookie.indexOf(';'));
	}

	String get(String path) throws IOException, InterruptedException {
		HttpResponse<String> response = send(path, null);
		assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
		return response.body();
	}

	JsonNode json(String path) throws IOException, InterruptedException {
		return JsonMapper.shared().readTree(get(path));
	}

	private HttpResponse<String> send(String path, @Nullable String cookie) throws IOException, InterruptedException {
		HttpRequest.Builder request = request(path).timeout(Await.DEADLINE);
		if (cookie != null) {
			request.header("Cookie", cookie);
		}
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path));
	}

	/** Waits for no response. */
	@Override
	public void close() {
		this.client.shutdownNow();
	}

}
