package io.freehold.sample.objects;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.freehold.AllocationException.Reason;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.sample.Bodies;
import io.freehold.sample.FaultyAlloc;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.ETag;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ObjectStore}. Random bytes do not compress, so that an object of 10000
 * of them takes a little more.
 */
class ObjectStoreTests {

	private static final int KILO = 1000;

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	private final ManagedAllocator requests = this.root.child("request", (spec) -> {
	});

	private final ManagedAllocator objects = this.root.child("objects", (spec) -> spec.limit(35 * KILO));

	private ObjectStore store = store(1000);

	private ObjectStore store(int maxObjects) {
		return store(this.objects, maxObjects);
	}

	private ObjectStore store(ManagedAllocator allocator, int maxObjects) {
		return new ObjectStore(allocator, new SampleProperties(DataSize.ofMegabytes(1), maxObjects), this.meters,
				(event) -> {
				});
	}

	@AfterEach
	void nothingIsLeftWhenTheStoreIsCleared() {
		this.store.clear();
		assertThat(this.objects.stats().liveBlocks()).isZero();
		assertThat(this.objects.stats().allocations()).isEqualTo(this.objects.stats().deallocations());
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
	}

	@Test
	void whenPutShouldBeFound() throws IOException {
		byte[] body = Bodies.random(10 * KILO);
		assertThat(put("a", body)).isTrue();
		try (StoredObject object = Objects.requireNonNull(this.store.find("a"))) {
			assertThat(object.contentType()).isEqualTo("text/plain");
			assertThat(object.size()).isEqualTo(body.length);
			assertThat(object.storedSize()).isEqualTo(this.objects.budget().used());
			assertThat(holds(object, body)).isTrue();
		}
	}

	@Test
	void whenThereIsNoSuchKeyShouldFindNothing() {
		assertThat(this.store.find("a")).isNull();
		assertThat(this.store.remove("a", Precondition.NONE)).isFalse();
	}

	@Test
	void whenOthersAreBeingReadShouldNotEvictTheOneJustPut() throws IOException {
		this.store = store(1);
		put("a", Bodies.random(KILO));
		StoredObject reader = Objects.requireNonNull(this.store.find("a"));
		put("b", Bodies.random(KILO));
		assertThat(keys()).containsExactly("a", "b");
		reader.close();
		put("c", Bodies.random(KILO));
		assertThat(keys()).containsExactly("c");
	}

	@Test
	void whenBodyIsRevokedShouldGiveTheBlockBack() throws IOException {
		Region region = this.requests.openRegion();
		CompressedBody body = compressed(region, Bodies.random(KILO));
		region.close();
		assertThatIllegalStateException()
			.isThrownBy(() -> this.store.put(new Description("a", "text/plain"), body, Precondition.NONE));
		assertThat(this.objects.stats().liveBlocks()).isZero();
	}

	@Test
	void whenPreconditionDoesNotHoldShouldEvictNobody() throws IOException {
		for (String key : List.of("a", "b", "c")) {
			put(key, Bodies.random(10 * KILO));
		}
		Precondition never = new Precondition(List.of(ETag.create("\"other\"")), List.of());
		try (Region region = this.requests.openRegion()) {
			CompressedBody body = compressed(region, Bodies.random(20 * KILO));
			assertThatExceptionOfType(ObjectException.class)
				.isThrownBy(() -> this.store.put(new Description("a", "text/plain"), body, never))
				.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.PRECONDITION_FAILED));
		}
		assertThat(keys()).containsExactlyInAnyOrder("a", "b", "c");
	}

	@Test
	void whenPreconditionHoldsShouldNotEvictItsOwnObject() throws IOException {
		for (String key : List.of("a", "b", "c")) {
			put(key, Bodies.random(10 * KILO));
		}
		Precondition exists = new Precondition(ETag.parse("*"), List.of());
		try (Region region = this.requests.openRegion()) {
			CompressedBody body = compressed(region, Bodies.random(20 * KILO));
			assertThat(this.store.put(new Description("a", "text/plain"), body, exists)).isFalse();
		}
		assertThat(keys()).containsExactly("a");
	}

	@Test
	void whenReplacedShouldFreeTheOldOne() throws IOException {
		put("a", Bodies.random(10 * KILO));
		assertThat(put("a", Bodies.random(KILO))).isFalse();
		assertThat(this.objects.stats().liveBlocks()).isEqualTo(1);
		assertThat(this.objects.budget().used()).isLessThan(2 * KILO);
	}

	@Test
	void whenReplacedOrRemovedShouldKeepItForItsReaders() throws IOException {
		byte[] first = Bodies.random(10 * KILO);
		byte[] second = Bodies.random(11 * KILO);
		put("a", first);
		StoredObject reader = Objects.requireNonNull(this.store.find("a"));
		StoredObject otherReader = Objects.requireNonNull(this.store.find("a"));
		put("a", second);
		StoredObject readerOfSecond = Objects.requireNonNull(this.store.find("a"));
		assertThat(this.store.remove("a", Precondition.NONE)).isTrue();
		assertThat(this.store.find("a")).isNull();
		assertThat(holds(reader, first)).isTrue();
		assertThat(holds(readerOfSecond, second)).isTrue();
		assertThat(this.objects.stats().liveBlocks()).isEqualTo(2);
		reader.close();
		readerOfSecond.close();
		assertThat(this.objects.stats().liveBlocks()).isEqualTo(1);
		assertThat(holds(otherReader, first)).isTrue();
		otherReader.close();
		assertThat(this.objects.stats().liveBlocks()).isZero();
	}

	@Test
	void whenLetGoOfOnceTooOftenShouldThrow() throws IOException {
		put("a", Bodies.random(KILO));
		StoredObject object = Objects.requireNonNull(this.store.find("a"));
		this.store.clear();
		object.close();
		assertThatIllegalStateException().isThrownBy(object::close);
		assertThatIllegalStateException().isThrownBy(object::retain);
	}

	@Test
	void whenFullShouldEvictTheLeastRecentlyUsed() throws IOException {
		for (String key : List.of("a", "b", "c")) {
			put(key, Bodies.random(10 * KILO));
		}
		Objects.requireNonNull(this.store.find("a")).close();
		put("d", Bodies.random(10 * KILO));
		assertThat(keys()).containsExactly("c", "a", "d");
		put("e", Bodies.random(20 * KILO));
		assertThat(keys()).containsExactly("d", "e");
		assertThat(evictions()).isEqualTo(3);
	}

	@Test
	void whenObjectsAreBeingReadShouldEvictOthers() throws IOException {
		for (String key : List.of("a", "b", "c")) {
			put(key, Bodies.random(10 * KILO));
		}
		try (StoredObject read = Objects.requireNonNull(this.store.find("a"))) {
			put("d", Bodies.random(10 * KILO));
			put("e", Bodies.random(10 * KILO));
			put("f", Bodies.random(10 * KILO));
			assertThat(keys()).containsExactly("a", "e", "f");
			assertThat(holds(read, Bodies.random(10 * KILO))).isTrue();
		}
	}

	@Test
	void whenObjectCanNeverFitShouldRefuseItAndEvictNothing() throws IOException {
		put("a", Bodies.random(10 * KILO));
		assertThatExceptionOfType(ObjectException.class).isThrownBy(() -> put("b", Bodies.random(36 * KILO)))
			.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.INSUFFICIENT_STORAGE))
			.withMessageContaining("35000 bytes");
		assertThat(keys()).containsExactly("a");
		assertThat(this.objects.stats().failures()).isEmpty();
	}

	@Test
	void whenAncestorCanNeverHoldTheObjectShouldRefuseItAndEvictNothing() throws IOException {
		put("a", Bodies.random(10 * KILO));
		try (Region region = this.requests.openRegion()) {
			CompressedBody body = compressed(region, Bodies.random(20 * KILO));
			this.root.budget().setLimit(15 * KILO);
			assertThatExceptionOfType(ObjectException.class)
				.isThrownBy(() -> this.store.put(new Description("b", "text/plain"), body, Precondition.NONE));
		}
		assertThat(keys()).containsExactly("a");
		this.root.budget().setLimit(1000 * KILO);
	}

	@Test
	void whenReadersHoldTheBytesShouldRefuse() throws IOException {
		put("a", Bodies.random(30 * KILO));
		try (StoredObject read = Objects.requireNonNull(this.store.find("a"))) {
			this.store.remove("a", Precondition.NONE);
			assertThatExceptionOfType(ObjectException.class).isThrownBy(() -> put("b", Bodies.random(10 * KILO)))
				.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.INSUFFICIENT_STORAGE));
			assertThat(holds(read, Bodies.random(30 * KILO))).isTrue();
		}
		assertThat(put("b", Bodies.random(10 * KILO))).isTrue();
	}

	@Test
	void whenTheRootIsFullShouldEvictToo() throws IOException {
		put("a", Bodies.random(10 * KILO));
		try (Region region = this.requests.openRegion()) {
			CompressedBody body = compressed(region, Bodies.random(10 * KILO));
			this.root.budget().setLimit(this.root.budget().used() + KILO);
			assertThat(this.store.put(new Description("b", "text/plain"), body, Precondition.NONE)).isTrue();
		}
		assertThat(keys()).containsExactly("b");
		this.root.budget().setLimit(1000 * KILO);
	}

	@Test
	void whenThereAreTooManyObjectsShouldEvict() throws IOException {
		this.store = store(2);
		for (String key : List.of("a", "b", "c", "b")) {
			put(key, Bodies.random(KILO));
		}
		assertThat(keys()).containsExactly("c", "b");
	}

	@Test
	void whenClosedShouldKeepNothingAndSayThatItShutsDown() throws IOException {
		put("a", Bodies.random(KILO));
		this.store.close();
		assertThatExceptionOfType(ObjectException.class).isThrownBy(() -> put("b", Bodies.random(KILO)))
			.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
		assertThat(keys()).isEmpty();
		assertThat(this.objects.stats().liveBlocks()).isZero();
	}

	@Test
	void whenBackendRefusesAnyAllocationShouldAnswerAndLeakNothing() throws IOException {
		boolean refused = true;
		for (int untilFault = 0; refused; untilFault++) {
			FaultyAlloc backend = new FaultyAlloc(untilFault);
			try (ManagedAllocator faulty = ManagedAllocator.root(backend, (spec) -> {
			})) {
				ManagedAllocator faultyObjects = faulty.child("objects", (spec) -> spec.limit(35 * KILO));
				ObjectStore faultyStore = store(faultyObjects, 1000);
				int failures = 0;
				for (String key : List.of("a", "b", "a", "c", "d", "e")) {
					try (Region region = this.requests.openRegion()) {
						faultyStore.put(new Description(key, "text/plain"),
								compressed(region, Bodies.random(10 * KILO)), Precondition.NONE);
					}
					catch (ObjectException ex) {
						assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.INSUFFICIENT_STORAGE);
						failures++;
					}
				}
				refused = backend.hasRefused();
				assertThat(failures).isEqualTo(refused ? 1 : 0);
				assertThat(faultyObjects.stats().failures(Reason.EXHAUSTED)).isEqualTo(failures);
				faultyStore.clear();
				assertThat(faultyObjects.stats().liveBlocks()).isZero();
				assertThat(faulty.budget().used()).isZero();
			}
			assertThat(untilFault).isLessThan(1000);
		}
	}

	@Test
	void whenThreadsPutFindAndRemoveShouldNeverReadForeignBytes() throws Exception {
		long seed = new Random().nextLong();
		System.out.println("seed: " + seed);
		List<Callable<Integer>> tasks = IntStream.range(0, 4)
			.<Callable<Integer>>mapToObj((number) -> () -> useAtRandom(new Random(seed + number)))
			.toList();
		try (ExecutorService executor = Executors.newFixedThreadPool(tasks.size())) {
			for (Future<Integer> found : executor.invokeAll(tasks)) {
				assertThat(found.get()).isPositive();
			}
		}
		assertThat(evictions()).isPositive();
	}

	/** A key is a size, and its object that many random bytes. */
	private int useAtRandom(Random random) throws IOException {
		int found = 0;
		for (int i = 0; i < 5000; i++) {
			int size = KILO + random.nextInt(50);
			String key = Integer.toString(size);
			int action = random.nextInt(20);
			if (action == 0) {
				this.store.remove(key, Precondition.NONE);
			}
			else if (action < 10) {
				put(key, Bodies.random(size));
			}
			else {
				try (StoredObject object = this.store.find(key)) {
					if (object != null) {
						assertThat(object.size()).isEqualTo(size);
						assertThat(holds(object, Bodies.random(size))).isTrue();
						found++;
					}
				}
			}
		}
		return found;
	}

	private boolean put(String key, byte[] body) throws IOException {
		try (Region region = this.requests.openRegion()) {
			return this.store.put(new Description(key, "text/plain"), compressed(region, body), Precondition.NONE);
		}
	}

	private static CompressedBody compressed(Region region, byte[] body) throws IOException {
		return new Compressor(region).compress(Bodies.source(body, 4096), DataSize.ofMegabytes(1).toBytes());
	}

	private boolean holds(StoredObject object, byte[] body) throws IOException {
		try (Region region = this.requests.openRegion()) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			new Compressor(region).decompress(object.bytes(), Bodies.sink(bytes));
			return Arrays.equals(bytes.toByteArray(), body);
		}
	}

	private List<String> keys() {
		List<String> keys = new ArrayList<>();
		this.store.forEach((key, _) -> keys.add(key));
		return keys;
	}

	private double evictions() {
		return this.meters.get("sample.evictions").counter().count();
	}

}
