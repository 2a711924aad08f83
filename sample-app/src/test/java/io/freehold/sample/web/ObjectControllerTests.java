package io.freehold.sample.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.freehold.budget.Budget;
import io.freehold.spring.AllocatorTree;
import io.freehold.sample.Bodies;
import io.freehold.sample.CacheClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ObjectController} over HTTP. The largest object allowed is larger than
 * the room for all of them, and larger than what sockets buffer.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "sample.max-object-size=20MB",
		"freehold.allocators.objects.limit=18MB", "freehold.scopes.request.limit-per-instance=32MB" })
class ObjectControllerTests {

	private static final int MEGA = 1 << 20;

	private final AllocatorTree tree;

	private final int port;

	private final CacheClient client;

	ObjectControllerTests(@Autowired AllocatorTree tree, @LocalServerPort int port) {
		this.tree = tree;
		this.port = port;
		this.client = new CacheClient(port);
	}

	@BeforeEach
	void startEmpty() {
		this.client.deleteAll();
	}

	@AfterEach
	void nothingIsLeft() {
		this.client.expectNothingLeft();
		this.client.close();
	}

	@Test
	void whenPutShouldAnswerWithTheSameBytes() {
		byte[] body = "to be or not to be ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
		HttpResponse<String> put = this.client.put("text", body, "Content-Type", "text/plain;charset=UTF-8");
		assertThat(put.statusCode()).isEqualTo(201);
		assertThat(put.body()).isEmpty();
		assertThat(put.headers().firstValue("ETag")).contains(CacheClient.etag(body));
		HttpResponse<byte[]> get = this.client.get("text");
		assertThat(get.statusCode()).isEqualTo(200);
		assertThat(get.headers().firstValue("ETag")).contains(CacheClient.etag(body));
		assertThat(get.headers().firstValue("Content-Type")).contains("text/plain;charset=UTF-8");
		assertThat(get.headers().firstValueAsLong("Content-Length")).hasValue(body.length);
		assertThat(Arrays.equals(get.body(), body)).isTrue();
	}

	@Test
	void whenPutAgainShouldReplace() {
		assertThat(this.client.put("a", Bodies.random(1000)).statusCode()).isEqualTo(201);
		HttpResponse<String> put = this.client.put("a", Bodies.random(2000), "Content-Type", "image/png");
		assertThat(put.statusCode()).isEqualTo(204);
		assertThat(put.headers().firstValue("ETag")).contains(CacheClient.etag(Bodies.random(2000)));
		HttpResponse<byte[]> get = this.client.get("a");
		assertThat(get.body()).isEqualTo(Bodies.random(2000));
		assertThat(get.headers().firstValue("Content-Type")).contains("image/png");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a.txt", "%C3%A4", "a%20b", "a%3Bb=c", "a+b", "%22", "..." })
	void whenKeyIsAnyPathSegmentShouldStore(String key) {
		byte[] body = key.getBytes(StandardCharsets.UTF_8);
		assertThat(this.client.put(key, body).statusCode()).isEqualTo(201);
		assertThat(this.client.get(key).body()).isEqualTo(body);
		assertThat(this.client.delete(key).statusCode()).isEqualTo(204);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "application/x-www-form-urlencoded", "multipart/form-data;boundary=x", "application/json" })
	void whenContentTypeIsThatOfAFormShouldStoreTheBytes(String contentType) {
		byte[] body = "a=1&b=2".getBytes(StandardCharsets.UTF_8);
		assertThat(this.client.put("form", body, "Content-Type", contentType).statusCode()).isEqualTo(201);
		HttpResponse<byte[]> get = this.client.get("form");
		assertThat(get.body()).isEqualTo(body);
		assertThat(get.headers().firstValue("Content-Type")).contains(contentType);
	}

	@Test
	void whenBodyIsEmptyShouldStoreIt() {
		assertThat(this.client.put("empty", new byte[0]).statusCode()).isEqualTo(201);
		HttpResponse<byte[]> get = this.client.get("empty");
		assertThat(get.statusCode()).isEqualTo(200);
		assertThat(get.body()).isEmpty();
		assertThat(get.headers().firstValue("Content-Type")).contains("application/octet-stream");
	}

	@Test
	void whenNoneMatchesShouldSayNotModified() {
		this.client.put("a", Bodies.random(1000));
		String etag = CacheClient.etag(Bodies.random(1000));
		HttpResponse<byte[]> get = this.client.get("a", "If-None-Match", etag);
		assertThat(get.statusCode()).isEqualTo(304);
		assertThat(get.body()).isEmpty();
		assertThat(get.headers().firstValue("ETag")).contains(etag);
		assertThat(this.client.get("a", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
	}

	@Test
	void whenPreconditionDoesNotHoldShouldChangeNothing() {
		byte[] first = Bodies.random(1000);
		byte[] second = Bodies.random(2000);
		String etag = CacheClient.etag(first);
		assertThat(this.client.put("a", first, "If-Match", "*").statusCode()).isEqualTo(412);
		assertThat(this.client.put("a", first, "If-None-Match", "*").statusCode()).isEqualTo(201);
		assertThat(this.client.put("a", second, "If-None-Match", "*").statusCode()).isEqualTo(412);
		assertThat(this.client.put("a", second, "If-None-Match", etag).statusCode()).isEqualTo(412);
		assertThat(this.client.put("a", second, "If-Match", "\"other\", W/" + etag).statusCode()).isEqualTo(412);
		assertThat(this.client.delete("a", "If-Match", "\"other\"").statusCode()).isEqualTo(412);
		assertThat(this.client.get("a").body()).isEqualTo(first);
		assertThat(this.client.put("a", second, "If-Match", "\"other\", " + etag).statusCode()).isEqualTo(204);
		assertThat(this.client.delete("a", "If-Match", CacheClient.etag(second)).statusCode()).isEqualTo(204);
		assertThat(this.client.delete("a", "If-Match", "*").statusCode()).isEqualTo(412);
	}

	@Test
	void whenKeyOrContentTypeIsTooLongOrVagueShouldBeRefused() {
		assertThat(this.client.put("k".repeat(512), new byte[1]).statusCode()).isEqualTo(201);
		assertThat(this.client.put("k".repeat(513), new byte[1]).statusCode()).isEqualTo(400);
		for (String type : new String[] { "text/" + "x".repeat(300), "*/*", "text/*" }) {
			assertThat(this.client.put("a", new byte[1], "Content-Type", type).statusCode()).as(type).isEqualTo(400);
		}
	}

	@Test
	void whenListedUpToALimitShouldCountAll() {
		for (int i = 0; i < 5; i++) {
			this.client.put("a" + i, new byte[10]);
		}
		JsonNode listing = this.client.json("/objects?limit=2");
		assertThat(listing.get("count").asInt()).isEqualTo(5);
		assertThat(listing.get("size").asInt()).isEqualTo(50);
		assertThat(listing.get("objects").size()).isEqualTo(2);
		assertThat(this.client.text("/objects?limit=10001").statusCode()).isEqualTo(400);
		assertThat(this.client.text("/objects?limit=-1").statusCode()).isEqualTo(400);
	}

	@Test
	void whenHeadShouldAnswerTheHeadersOfGet() {
		this.client.put("a", Bodies.random(1000), "Content-Type", "image/png");
		HttpResponse<Void> head = this.client.head("a");
		assertThat(head.statusCode()).isEqualTo(200);
		HttpResponse<byte[]> get = this.client.get("a");
		for (String header : new String[] { "ETag", "Content-Type", "Content-Length" }) {
			assertThat(head.headers().firstValue(header)).isPresent().isEqualTo(get.headers().firstValue(header));
		}
		assertThat(this.client.head("b").statusCode()).isEqualTo(404);
	}

	@Test
	void whenThereIsNoObjectShouldAnswerNotFound() {
		assertThat(this.client.problem(this.client.get("a", BodyHandlers.ofString())).get("detail").asString())
			.isEqualTo("There is no object 'a'.");
		assertThat(this.client.get("a", "Accept", "image/png").statusCode()).isEqualTo(404);
		assertThat(this.client.problem(this.client.delete("a")).get("status").asInt()).isEqualTo(404);
	}

	@Test
	void whenDeletedShouldBeGone() {
		this.client.put("a", Bodies.random(1000));
		assertThat(this.client.delete("a").statusCode()).isEqualTo(204);
		assertThat(this.client.get("a").statusCode()).isEqualTo(404);
	}

	@Test
	void whenListedShouldTellSizes() {
		this.client.put("a", new byte[100_000], "Content-Type", "text/plain");
		this.client.put("b", Bodies.random(1000));
		JsonNode listing = this.client.json("/objects");
		assertThat(listing.get("count").asInt()).isEqualTo(2);
		assertThat(listing.get("size").asLong()).isEqualTo(101_000);
		assertThat(listing.get("storedSize").asLong()).isEqualTo(this.client.allocator("objects").get("used").asLong());
		assertThat(listing.get("compressionRatio").asDouble()).isGreaterThan(10);
		JsonNode object = listing.get("objects").get(0);
		assertThat(object.get("key").asString()).isEqualTo("a");
		assertThat(object.get("contentType").asString()).isEqualTo("text/plain");
		assertThat(object.get("etag").asString()).isEqualTo(CacheClient.etag(new byte[100_000]));
		assertThat(object.get("size").asLong()).isEqualTo(100_000);
		assertThat(object.get("storedSize").asLong()).isBetween(50L, 1000L);
		assertThat(object.get("compressionRatio").asDouble()).isGreaterThan(100);
	}

	@Test
	void whenBodyIsTooLargeShouldRefuse() {
		byte[] body = new byte[20 * MEGA + 1];
		assertThat(this.client.problem(this.client.put("a", body)).get("status").asInt()).isEqualTo(413);
		HttpResponse<String> chunked = this.client.put("a",
				BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
		assertThat(this.client.problem(chunked).get("status").asInt()).isEqualTo(413);
		assertThat(this.client.get("a").statusCode()).isEqualTo(404);
	}

	@Test
	void whenBodyHasMaxSizeShouldStore() {
		byte[] body = new byte[20 * MEGA];
		assertThat(this.client.put("a", body).statusCode()).isEqualTo(201);
		assertThat(
				this.client.put("a", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).statusCode())
			.isEqualTo(204);
		assertThat(Arrays.equals(this.client.get("a").body(), body)).isTrue();
	}

	@Test
	void whenObjectCanNeverFitShouldAnswerInsufficientStorage() {
		this.client.put("a", Bodies.random(1000));
		HttpResponse<String> put = this.client.put("b", Bodies.random(19 * MEGA));
		assertThat(this.client.problem(put).get("status").asInt()).isEqualTo(507);
		assertThat(this.client.get("a").statusCode()).isEqualTo(200);
	}

	@Test
	void whenReadersHoldTheBytesShouldAnswerInsufficientStorage() throws IOException {
		byte[] body = Bodies.random(16 * MEGA);
		this.client.put("a", body);
		try (InputStream slow = this.client.get("a", BodyHandlers.ofInputStream()).body()) {
			assertThat((byte) slow.read()).isEqualTo(body[0]);
			assertThat(this.client.delete("a").statusCode()).isEqualTo(204);
			assertThat(this.client.get("a").statusCode()).isEqualTo(404);
			assertThat(this.client.put("b", Bodies.random(3 * MEGA)).statusCode()).isEqualTo(507);
			assertThat(Arrays.equals(slow.readAllBytes(), Arrays.copyOfRange(body, 1, body.length))).isTrue();
		}
		this.client.awaitIdle("root/objects");
		assertThat(this.client.put("b", Bodies.random(3 * MEGA)).statusCode()).isEqualTo(201);
	}

	@Test
	void whenReplacedWhileBeingReadShouldGoOnWithTheOldBytes() throws IOException {
		byte[] body = Bodies.random(16 * MEGA);
		this.client.put("a", body);
		try (InputStream slow = this.client.get("a", BodyHandlers.ofInputStream()).body()) {
			assertThat((byte) slow.read()).isEqualTo(body[0]);
			assertThat(this.client.put("a", Bodies.random(1000)).statusCode()).isEqualTo(204);
			assertThat(this.client.get("a").body()).isEqualTo(Bodies.random(1000));
			assertThat(Arrays.equals(slow.readAllBytes(), Arrays.copyOfRange(body, 1, body.length))).isTrue();
		}
	}

	@Test
	void whenReaderGivesUpShouldLetGo() throws IOException {
		this.client.put("a", Bodies.random(16 * MEGA));
		InputStream slow = this.client.get("a", BodyHandlers.ofInputStream()).body();
		slow.read();
		slow.close();
		this.client.awaitIdle("root/request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 100000\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
			"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n" })
	void whenWriterGivesUpShouldStoreNothing(String rest) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			OutputStream out = socket.getOutputStream();
			out.write(("PUT /objects/a HTTP/1.1\r\nHost: localhost\r\n" + rest).getBytes(StandardCharsets.US_ASCII));
			out.flush();
			socket.shutdownOutput();
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(answer).startsWith("HTTP/1.1 400 ");
		}
		assertThat(this.client.get("a").statusCode()).isEqualTo(404);
	}

	@Test
	void whenHeadersMakeNoSenseShouldRefuse() {
		byte[] body = new byte[10];
		assertThat(this.client.put("a", body, "Content-Type", "nonsense").statusCode()).isEqualTo(400);
		assertThat(this.client.put("a", body, "Content-Encoding", "gzip").statusCode()).isEqualTo(415);
		assertThat(this.client.put("a", body, "Content-Encoding", "identity").statusCode()).isEqualTo(201);
		assertThat(this.client.put("a", body, "Content-Range", "bytes 0-9/20").statusCode()).isEqualTo(400);
	}

	@Test
	void whenRequestsMayNotHaveTheMemoryShouldSaySo() {
		byte[] body = Bodies.random(100_000);
		this.client.put("before", body);
		Budget requests = this.tree.get("request").budget();
		long limit = requests.limit();
		try {
			int status = 507;
			for (long bytes = 0; status == 507; bytes += 5_000) {
				this.client.awaitIdle("root/request");
				requests.setLimit(bytes);
				status = this.client.put("a", body).statusCode();
				assertThat(status).isIn(507, 201);
				assertThat(this.client.get("a").statusCode()).isEqualTo((status == 201) ? 200 : 404);
				HttpResponse<String> get = this.client.get("before", BodyHandlers.ofString());
				if (bytes < 16_384) {
					assertThat(this.client.problem(get).get("status").asInt()).isEqualTo(503);
					assertThat(get.headers().firstValue("Retry-After")).contains("1");
					assertThat(get.headers().firstValue("ETag")).isEmpty();
				}
				assertThat(bytes).isLessThan(limit);
			}
		}
		finally {
			requests.setLimit(limit);
		}
	}

	@Test
	void whenAskedShouldShowTheAllocators() {
		this.client.put("a", Bodies.random(1000));
		assertThat(this.client.allocator("root/objects").get("liveBlocks").asLong()).isEqualTo(1);
		JsonNode health = this.client.json("/actuator/health");
		assertThat(health.get("components").get("freehold").get("status").asString()).isEqualTo("UP");
		assertThat(this.client.json("/actuator/metrics/freehold.memory.used").get("baseUnit").asString())
			.isEqualTo("bytes");
		assertThat(this.client.text("/actuator/prometheus").body())
			.containsPattern("freehold_memory_used_bytes\\{allocator=\"root/objects\",[^}]*} 10")
			.contains("sample_evictions_total");
	}

}
