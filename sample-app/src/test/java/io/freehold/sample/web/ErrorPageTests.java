package io.freehold.sample.web;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.freehold.sample.CacheClient;
import io.freehold.sample.SampleTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ErrorPage}.
 */
@SampleTest
class ErrorPageTests {

	private final int port;

	ErrorPageTests(@LocalServerPort int port) {
		this.port = port;
	}

	@ParameterizedTest
	@CsvSource({ "400, PUT, 'Transfer-Encoding: chunked\r\n\r\nnonsense\r\n'", "405, TRACE, '\r\n'" })
	void whenNoHandlerSeesTheErrorShouldAnswerAProblem(int status, String method, String rest) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			String request = method + " /objects/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + rest;
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
				.startsWith("HTTP/1.1 " + status + " ")
				.contains("application/problem+json", "\"status\":" + status, "\"path\":\"/objects/a\"");
		}
	}

	@Test
	void whenAskedForItselfShouldNotBeThere() {
		try (CacheClient client = new CacheClient(this.port)) {
			assertThat(client.text("/error").statusCode()).isEqualTo(404);
		}
	}

}
