package io.freehold.sample.recompression;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.Deflater;

import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.sample.Bodies;
import io.freehold.sample.FaultyAlloc;
import io.freehold.sample.objects.CompressedBody;
import io.freehold.sample.objects.Compressor;
import io.freehold.sample.objects.Description;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.Precondition;
import io.freehold.sample.objects.SampleProperties;
import io.freehold.sample.objects.StoredObject;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Recompression}.
 */
class RecompressionTests {

	private static final byte[] TEXT = text();

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private final ObjectStore store = new ObjectStore(this.root.child("objects", (spec) -> {
	}), new SampleProperties(DataSize.ofMegabytes(1), 100), this.meters, (event) -> {
	});

	private final ManagedAllocator tasks = this.root.child("thread", (spec) -> {
	});

	/** Something that compresses, but better at one level than at another. */
	private static byte[] text() {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < 20_000; i++) {
			text.append(Integer.toString((i * 7919) % 1009)).append(' ');
		}
		return text.toString().getBytes(StandardCharsets.US_ASCII);
	}

	@AfterEach
	void nothingIsLeft() {
		this.store.clear();
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
	}

	@Test
	void whenObjectIsIdleShouldHoldTheSameInFewerBytes() throws IOException {
		put("a", TEXT, Deflater.BEST_SPEED);
		put("b", TEXT, Deflater.BEST_SPEED);
		long before = this.root.budget().used();
		run(Duration.ZERO);
		long saved = before - this.root.budget().used();
		assertThat(saved).isPositive();
		assertThat(this.meters.get("sample.recompression.saved").counter().count()).isEqualTo((double) saved);
		assertThat(inflated("a")).isEqualTo(TEXT);
		run(Duration.ZERO);
		assertThat(before - this.root.budget().used()).isEqualTo(2 * saved);
		run(Duration.ZERO);
		assertThat(before - this.root.budget().used()).isEqualTo(2 * saved);
		assertThat(inflated("b")).isEqualTo(TEXT);
	}

	@Test
	void whenRecompressedShouldNotCountAsUse() throws IOException {
		put("a", TEXT, Deflater.BEST_SPEED);
		put("b", TEXT, Deflater.BEST_SPEED);
		run(Duration.ZERO);
		List<String> keys = new ArrayList<>();
		this.store.forEach((key, _) -> keys.add(key));
		assertThat(keys).containsExactly("a", "b");
	}

	@Test
	void whenObjectWasUsedLatelyShouldLeaveItAlone() throws IOException {
		put("a", TEXT, Deflater.BEST_SPEED);
		long before = this.root.budget().used();
		run(Duration.ofHours(1));
		assertThat(this.root.budget().used()).isEqualTo(before);
	}

	@Test
	void whenNothingIsWonShouldKeepTheOldBytes() throws IOException {
		put("a", Bodies.random(5000), Deflater.BEST_COMPRESSION);
		StoredObject before = Objects.requireNonNull(this.store.find("a"));
		run(Duration.ZERO);
		StoredObject after = Objects.requireNonNull(this.store.find("a"));
		assertThat(after).isSameAs(before);
		before.close();
		after.close();
	}

	@Test
	void whenReplacedMeanwhileShouldDropTheOutcome() throws IOException {
		put("a", TEXT, Deflater.BEST_SPEED);
		StoredObject old = Objects.requireNonNull(this.store.find("a"));
		put("a", Bodies.random(5000), Deflater.BEST_SPEED);
		try (Region region = this.tasks.openRegion(); old) {
			assertThat(this.store.recompress("a", old, dense(region))).isFalse();
			this.store.clear();
			assertThat(this.store.recompress("a", old, dense(region))).isFalse();
		}
	}

	@Test
	void whenReadWhileRecompressedShouldReadTheSame() throws IOException {
		put("a", TEXT, Deflater.BEST_SPEED);
		put("b", TEXT, Deflater.BEST_SPEED);
		List<String> read = new ArrayList<>();
		this.store.read((key, object) -> {
			// the other one is exchanged before its turn comes
			run(Duration.ZERO);
			run(Duration.ZERO);
			assertThat(inflated(object)).isEqualTo(TEXT);
			read.add(key);
		});
		assertThat(read).containsExactly("a", "b");
	}

	@Test
	void whenBackendRefusesAnyAllocationShouldKeepTheObject() throws IOException {
		boolean refused = true;
		for (int untilFault = 0; refused; untilFault++) {
			put("a", TEXT, Deflater.BEST_SPEED);
			FaultyAlloc backend = new FaultyAlloc(untilFault);
			try (ManagedAllocator faulty = ManagedAllocator.root(backend, (spec) -> {
			}); Region region = faulty.openRegion()) {
				recompression(region, Duration.ZERO).run();
			}
			assertThat(inflated("a")).isEqualTo(TEXT);
			refused = backend.hasRefused();
			assertThat(untilFault).isLessThan(100);
		}
	}

	private static CompressedBody dense(Region region) throws IOException {
		return new Compressor(region).compress(Bodies.source(TEXT, 4096), 1 << 20);
	}

	private void run(Duration unused) throws IOException {
		try (Region region = this.tasks.openRegion()) {
			recompression(region, unused).run();
		}
	}

	private Recompression recompression(Region region, Duration unused) {
		return new Recompression(this.store, region, new RecompressionProperties(Duration.ZERO, unused), this.meters);
	}

	private void put(String key, byte[] body, int level) throws IOException {
		try (Region region = this.tasks.openRegion()) {
			CompressedBody compressed = new Compressor(region).compress(Bodies.source(body, 4096), 1 << 20, level);
			this.store.put(new Description(key, "text/plain"), compressed, Precondition.NONE);
		}
	}

	private byte[] inflated(String key) throws IOException {
		try (StoredObject object = Objects.requireNonNull(this.store.find(key))) {
			return inflated(object);
		}
	}

	private byte[] inflated(StoredObject object) throws IOException {
		try (Region region = this.tasks.openRegion()) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			new Compressor(region).decompress(object.bytes(), Bodies.sink(bytes));
			return bytes.toByteArray();
		}
	}

}
