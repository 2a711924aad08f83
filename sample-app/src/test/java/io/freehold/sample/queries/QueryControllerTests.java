package io.freehold.sample.queries;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

import io.freehold.sample.Bodies;
import io.freehold.sample.CacheClient;
import io.freehold.sample.SampleTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the questions about objects over HTTP.
 */
@SampleTest
class QueryControllerTests {

	private final CacheClient client;

	QueryControllerTests(@LocalServerPort int port) {
		this.client = new CacheClient(port);
	}

	@AfterEach
	void nothingIsLeft() {
		for (String scope : new String[] { "thread", "method" }) {
			this.client.awaitIdle("root/" + scope);
		}
		this.client.expectNothingLeft();
		this.client.close();
	}

	@Test
	void whenWordsAreCountedShouldTellTheMostFrequent() {
		put("a", "to be, or not to be: that is... to be");
		assertThat(this.client.text("/objects/a/words?limit=2").body())
			.isEqualTo("{\"total\":10,\"different\":6,\"top\":[{\"word\":\"be\",\"count\":3},"
					+ "{\"word\":\"to\",\"count\":3}]}");
		assertThat(this.client.text("/objects/b/words").statusCode()).isEqualTo(404);
		assertThat(this.client.text("/objects/a/words?limit=1001").statusCode()).isEqualTo(400);
	}

	@Test
	void whenMethodMayNotHaveTheMemoryShouldSaySo() {
		put("a", "x".repeat(2 << 20));
		HttpResponse<String> refused = this.client.text("/objects/a/words");
		assertThat(this.client.problem(refused).get("status").asInt()).isEqualTo(503);
		put("a", "x");
		assertThat(this.client.text("/objects/a/words").statusCode()).isEqualTo(200);
	}

	@Test
	void whenChecksumsAreAskedForShouldCompute() {
		put("a", "123456789");
		assertThat(this.client.text("/objects/a/checksums").body()).startsWith("{\"size\":9,\"crc32c\":\"e3069283\"")
			.contains("d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d4"
					+ "99c95455b6b5bb503acf574fba8ffe85");
		assertThat(this.client.problem(this.client.text("/objects/b/checksums")).get("status").asInt()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 16_380, 16_384, 16_390, 40_000 })
	void whenSearchedShouldFindWhereverItIs(int offset) {
		put("a", "-".repeat(offset) + "needle" + "-".repeat(100));
		put("b", "needl-e");
		assertThat(this.client.text("/search?text=needle").body())
			.isEqualTo("[{\"key\":\"a\",\"offset\":" + offset + "}]");
	}

	@Test
	void whenSearchMakesNoSenseShouldRefuse() {
		assertThat(this.client.text("/search?text=").statusCode()).isEqualTo(400);
		assertThat(this.client.text("/search?text=" + "x".repeat(257)).statusCode()).isEqualTo(400);
		assertThat(this.client.text("/search?text=x").body()).isEqualTo("[]");
	}

	@Test
	void whenArchivedShouldUnpackToTheSame() throws IOException {
		Map<String, byte[]> expected = new TreeMap<>(Map.of("a", new byte[0], "b", Bodies.random(300_000)));
		expected.forEach(this.client::put);
		for (int i = 0; i < 100; i++) {
			String key = "key" + i;
			this.client.put(key, Bodies.random(i));
			expected.put(key, Bodies.random(i));
		}
		this.client.put("..%20%C3%A4", new byte[10]);
		expected.put("..+%C3%A4", new byte[10]);
		byte[] archive = this.client.open("/archive", BodyHandlers.ofByteArray()).body();
		Map<String, byte[]> unpacked = new TreeMap<>();
		try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				unpacked.put(entry.getName(), zip.readAllBytes());
			}
		}
		assertThat(unpacked.keySet()).isEqualTo(expected.keySet());
		expected.forEach((key, body) -> assertThat(unpacked.get(key)).as(key).isEqualTo(body));
		assertThatDirectoryIsRight(archive, expected.keySet());
	}

	/** Reads the directory at the end, too, which the stream does not. */
	private static void assertThatDirectoryIsRight(byte[] archive, Set<String> names) throws IOException {
		Path file = Files.createTempFile("archive", ".zip");
		try {
			Files.write(file, archive);
			try (ZipFile zip = new ZipFile(file.toFile())) {
				assertThat(zip.stream().map(ZipEntry::getName)).containsExactlyInAnyOrderElementsOf(names);
			}
		}
		finally {
			Files.delete(file);
		}
	}

	private void put(String key, String text) {
		assertThat(this.client.send("PUT", "/objects/" + key, text).statusCode()).isIn(201, 204);
	}

}
