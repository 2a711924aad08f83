package io.freehold.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several clients store the files of the running JDK in a cache that is too small for
 * them, read them back, replace and delete them, all at once. Each key is written by one
 * client, which therefore knows what it must find there, and read by all.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "freehold.allocators.objects.limit=4MB")
class ObjectCacheEndToEndTests {

	private static final int CLIENTS = 6;

	private static final int MAX_FILES = 5_000;

	private static final int LARGEST = 2 << 20;

	private final AtomicLong found = new AtomicLong();

	private final AtomicLong missing = new AtomicLong();

	@LocalServerPort
	private int port;

	@Test
	void whenClientsShareTheCacheShouldFindWhatTheyStoredOrNothing() throws Exception {
		long seed = new Random().nextLong();
		System.out.println("seed: " + seed);
		List<byte[]> files = files(new Random(seed));
		assertThat(files).hasSizeGreaterThan(3_000);
		try (ExecutorService executor = Executors.newFixedThreadPool(CLIENTS)) {
			List<Future<?>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				Session session = new Session(i, files, new Random(seed + i));
				clients.add(executor.submit(session));
			}
			await(clients, executor);
		}
		System.out.println("found: " + this.found + ", missing: " + this.missing);
		assertThat(this.found).hasPositiveValue();
		assertThat(this.missing).hasPositiveValue();
		try (CacheClient client = new CacheClient(this.port)) {
			assertThat(client.evictions()).isPositive();
			assertThat(client.allocator("root/objects").get("peak").asLong()).isLessThanOrEqualTo(4 << 20);
			assertThat(client.json("/objects").get("compressionRatio").asDouble()).isGreaterThan(1.5);
			client.expectNothingLeft();
			assertThat(client.text("/actuator/prometheus").body())
				.containsPattern("freehold_memory_used_bytes\\{allocator=\"root/objects\",[^}]*} 0\\.0")
				.containsPattern("freehold_blocks_live\\{allocator=\"root/objects\",[^}]*} 0\\.0");
		}
	}

	private static void await(List<Future<?>> clients, ExecutorService executor)
			throws InterruptedException, ExecutionException, TimeoutException {
		try {
			for (Future<?> client : clients) {
				client.get(10, TimeUnit.MINUTES);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	/** Classes and resources of java.base, and some sources where the JDK has them. */
	private static List<byte[]> files(Random random) throws IOException {
		List<byte[]> files = read(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base"),
				MAX_FILES, random);
		Path sources = Path.of(System.getProperty("java.home"), "lib", "src.zip");
		if (Files.exists(sources)) {
			try (FileSystem zip = FileSystems.newFileSystem(sources)) {
				files.addAll(read(zip.getPath("/java.base/java"), 1_000, random));
			}
		}
		return files;
	}

	private static List<byte[]> read(Path root, int atMost, Random random) throws IOException {
		List<Path> paths;
		try (Stream<Path> walk = Files.walk(root)) {
			paths = new ArrayList<>(walk.filter(Files::isRegularFile).sorted().toList());
		}
		Collections.shuffle(paths, random);
		List<byte[]> files = new ArrayList<>();
		for (Path path : paths.subList(0, Math.min(atMost, paths.size()))) {
			byte[] bytes = Files.readAllBytes(path);
			if (bytes.length <= LARGEST) {
				files.add(bytes);
			}
		}
		return files;
	}

	/**
	 * A client and the keys it writes: every {@link #CLIENTS}th. A key is the index of a
	 * file; it holds that file or, after a replacement, the next one.
	 */
	private final class Session implements Runnable {

		private final int number;

		private final List<byte[]> files;

		private final Random random;

		/** What was last stored under the keys of this client, unless deleted. */
		private final Map<Integer, byte[]> stored = new HashMap<>();

		Session(int number, List<byte[]> files, Random random) {
			this.number = number;
			this.files = files;
			this.random = random;
		}

		@Override
		public void run() {
			try (CacheClient client = new CacheClient(ObjectCacheEndToEndTests.this.port)) {
				for (int key = this.number; key < this.files.size(); key += CLIENTS) {
					put(client, key, this.files.get(key));
					getOwn(client, key);
					int earlier = this.number + CLIENTS * this.random.nextInt(key / CLIENTS + 1);
					// near the last ones, which are likely to be there still
					int near = Math.max(this.number, key - CLIENTS * this.random.nextInt(50));
					switch (this.random.nextInt(8)) {
						case 0 -> put(client, near, this.files.get((near + 1) % this.files.size()));
						case 1 -> delete(client, near);
						case 2 -> head(client, near);
						case 3 -> getOwn(client, earlier);
						default -> getAny(client, Math.max(0, near - this.random.nextInt(CLIENTS)));
					}
				}
			}
		}

		private void put(CacheClient client, int key, byte[] body) {
			HttpResponse<String> response = client.put(Integer.toString(key), body);
			assertThat(response.statusCode()).as(response::body).isIn(201, 204);
			assertThat(response.headers().firstValue("ETag")).contains(CacheClient.etag(body));
			this.stored.put(key, body);
		}

		private void delete(CacheClient client, int key) {
			assertThat(client.delete(Integer.toString(key)).statusCode()).isIn(204, 404);
			this.stored.remove(key);
		}

		private void head(CacheClient client, int key) {
			HttpResponse<Void> response = client.head(Integer.toString(key));
			byte[] expected = this.stored.get(key);
			assertThat(response.statusCode()).isIn((expected != null) ? List.of(200, 404) : List.of(404));
			if (response.statusCode() == 200 && expected != null) {
				assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(expected.length);
				assertThat(response.headers().firstValue("ETag")).contains(CacheClient.etag(expected));
			}
		}

		private void getOwn(CacheClient client, int key) {
			byte[] expected = this.stored.get(key);
			get(client, key, (expected != null) ? List.of(expected) : List.of());
		}

		private void getAny(CacheClient client, int key) {
			get(client, key, List.of(this.files.get(key), this.files.get((key + 1) % this.files.size())));
		}

		/** Gets one of the bodies expected, byte for byte, or nothing. */
		private void get(CacheClient client, int key, List<byte[]> expected) {
			HttpResponse<byte[]> response = client.get(Integer.toString(key));
			byte[] body = response.body();
			if (response.statusCode() == 404) {
				ObjectCacheEndToEndTests.this.missing.incrementAndGet();
				return;
			}
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(expected.stream().anyMatch((candidate) -> Arrays.equals(candidate, body)))
				.as("the body of %d is one stored there", key)
				.isTrue();
			assertThat(response.headers().firstValue("ETag")).contains(CacheClient.etag(body));
			ObjectCacheEndToEndTests.this.found.incrementAndGet();
		}

	}

}
