package io.freehold.spring.undeploy.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The requests of one round.
 */
final class Requests {

	/** How many of each kind are made at the same time. */
	static final int CLIENTS = 4;

	private static final List<String> PATHS = List.of("global", "named", "request", "asynchronous", "session", "thread",
			"virtual", "transaction", "method", "actuator/health", "actuator/allocators", "actuator/metrics");

	private final HttpClient client;

	private final String application;

	private Requests(HttpClient client, String application) {
		this.client = client;
		this.application = application;
	}

	/**
	 * Makes requests of all kinds at the same time, which leave sessions. In the end
	 * memory is held.
	 * @param application the address of the application, with a slash
	 */
	static void make(String application) throws Exception {
		HttpClient client = HttpClient.newHttpClient();
		try {
			new Requests(client, application).make();
		}
		finally {
			client.shutdownNow();
		}
	}

	private void make() throws Exception {
		List<CompletableFuture<String>> answers = new ArrayList<>();
		for (int i = 0; i < CLIENTS; i++) {
			for (String path : PATHS) {
				answers.add(get(path));
			}
		}
		for (int i = 0; i < answers.size(); i++) {
			String path = PATHS.get(i % PATHS.size());
			verify(answers.get(i), path.startsWith("actuator/") ? "{" : path);
		}
		Outside.await(() -> get("background").get(1, TimeUnit.MINUTES).equals("background"));
		verify(get("held"), "held");
	}

	private static void verify(CompletableFuture<String> answer, String start) throws Exception {
		String text = answer.get(1, TimeUnit.MINUTES);
		if (!text.startsWith(start)) {
			throw new IllegalStateException(start + ": " + text);
		}
	}

	private CompletableFuture<String> get(String path) {
		return this.client
			.sendAsync(HttpRequest.newBuilder(URI.create(this.application + path)).build(), BodyHandlers.ofString())
			.thenApply(HttpResponse::body);
	}

}
