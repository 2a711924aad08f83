package io.freehold.sample.objects;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import io.freehold.AllocationException;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.sample.objects.Compressor.Source;
import io.freehold.sample.Bodies;
import io.freehold.sample.FaultyAlloc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Compressor}.
 */
class CompressorTests {

	private static final long MAX = 16 << 20;

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	@AfterEach
	void everythingIsFreed() {
		assertThat(this.root.stats().liveBlocks()).isZero();
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
	}

	static Stream<byte[]> bodies() {
		return Stream.of(new byte[0], new byte[1], new byte[16 << 10], new byte[3 << 20], Bodies.random(1),
				Bodies.random((16 << 10) - 1), Bodies.random(16 << 10), Bodies.random((16 << 10) + 1),
				Bodies.random(3_000_001), "to be or not to be ".repeat(10_000).getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@MethodSource("bodies")
	void whenCompressedShouldInflateToTheSame(byte[] body) throws IOException {
		for (int atMost : new int[] { 1 << 30, 1000 }) {
			try (Region region = this.root.openRegion()) {
				Compressor compressor = new Compressor(region);
				CompressedBody compressed = compressor.compress(Bodies.source(body, atMost), MAX);
				assertThat(compressed.size()).isEqualTo(body.length);
				assertThat(compressed.pieces().stream().mapToLong(MemorySegment::byteSize).sum())
					.isEqualTo(compressed.storedSize());
				assertThat(Arrays.equals(inflated(compressor, compressed), body)).isTrue();
			}
		}
	}

	@Test
	void whenBytesAreEqualShouldHaveEqualTags() throws IOException {
		try (Region region = this.root.openRegion()) {
			Compressor compressor = new Compressor(region);
			byte[] body = "Freehold".getBytes(StandardCharsets.UTF_8);
			String etag = compressor.compress(Bodies.source(body, 3), MAX).etag();
			assertThat(etag).matches("\"[0-9a-f]{64}\"");
			assertThat(compressor.compress(Bodies.source(body, 5), MAX).etag()).isEqualTo(etag);
			body[0]++;
			assertThat(compressor.compress(Bodies.source(body, 5), MAX).etag()).isNotEqualTo(etag);
		}
	}

	@Test
	void whenSourceMovesPositionAndLimitShouldReadTheSameBytes() throws IOException {
		byte[] body = Bodies.random(50_000);
		Source plain = Bodies.source(body, 7_000);
		Source flipping = (buffer) -> {
			int read = plain.read(buffer);
			buffer.flip();
			return read;
		};
		try (Region region = this.root.openRegion()) {
			Compressor compressor = new Compressor(region);
			assertThat(Arrays.equals(inflated(compressor, compressor.compress(flipping, MAX)), body)).isTrue();
		}
	}

	@Test
	void whenBodyHasMaxSizeShouldCompress() throws IOException {
		try (Region region = this.root.openRegion()) {
			assertThat(new Compressor(region).compress(Bodies.source(new byte[100_000], 999), 100_000).size())
				.isEqualTo(100_000);
		}
	}

	@Test
	void whenBodyIsTooLargeShouldStopReading() {
		Source endless = (buffer) -> {
			int length = buffer.remaining();
			buffer.position(buffer.limit());
			return length;
		};
		try (Region region = this.root.openRegion()) {
			assertThatExceptionOfType(ObjectException.class)
				.isThrownBy(() -> new Compressor(region).compress(endless, 100_000))
				.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.CONTENT_TOO_LARGE));
		}
	}

	@Test
	void whenReadingFailsShouldThrowAndLeakNothing() {
		Source failing = (buffer) -> {
			throw new IOException("the client has gone");
		};
		try (Region region = this.root.openRegion()) {
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> new Compressor(region).compress(failing, MAX));
		}
	}

	@Test
	void whenWritingFailsShouldThrowAndLeakNothing() throws IOException {
		try (Region region = this.root.openRegion(); Arena arena = Arena.ofConfined()) {
			Compressor compressor = new Compressor(region);
			CompressedBody compressed = compressor.compress(Bodies.source(Bodies.random(100_000), 9_999), MAX);
			MemorySegment stored = arena.allocate(compressed.storedSize());
			compressed.copyTo(stored);
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> compressor.decompress(stored, (buffer) -> {
				throw new IOException("the client has gone");
			}));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 5_000 })
	void whenCompressedBytesEndTooSoonShouldThrow(int length) throws IOException {
		try (Region region = this.root.openRegion(); Arena arena = Arena.ofConfined()) {
			Compressor compressor = new Compressor(region);
			CompressedBody compressed = compressor.compress(Bodies.source(Bodies.random(10_000), 9_999), MAX);
			MemorySegment stored = arena.allocate(compressed.storedSize());
			compressed.copyTo(stored);
			assertThatIllegalStateException().isThrownBy(
					() -> compressor.decompress(stored.asSlice(0, length), Bodies.sink(new ByteArrayOutputStream())));
		}
	}

	@Test
	void whenBackendRefusesAnyAllocationShouldThrowAndLeakNothing() throws IOException {
		byte[] body = Bodies.random(500_000);
		boolean refused = true;
		for (int untilFault = 0; refused; untilFault++) {
			FaultyAlloc backend = new FaultyAlloc(untilFault);
			try (ManagedAllocator faulty = ManagedAllocator.root(backend, (spec) -> {
			})) {
				try (Region region = faulty.openRegion()) {
					Compressor compressor = new Compressor(region);
					assertThat(Arrays.equals(inflated(compressor, compressor.compress(Bodies.source(body, 9_999), MAX)),
							body))
						.isTrue();
				}
				catch (AllocationException ex) {
					assertThat(ex.reason()).isEqualTo(AllocationException.Reason.EXHAUSTED);
					assertThat(backend.hasRefused()).isTrue();
				}
				assertThat(faulty.stats().liveBlocks()).isZero();
				assertThat(faulty.budget().used()).isZero();
			}
			refused = backend.hasRefused();
			assertThat(untilFault).isLessThan(1000);
		}
	}

	@Test
	void whenBodyIsLargeShouldUseLittleHeap() throws IOException {
		byte[] body = Bodies.random(12 << 20);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		try (Region region = this.root.openRegion(); Arena arena = Arena.ofConfined()) {
			Compressor compressor = new Compressor(region);
			long before = threads.getCurrentThreadAllocatedBytes();
			CompressedBody compressed = compressor.compress(Bodies.source(body, 1 << 30), MAX);
			MemorySegment stored = arena.allocate(compressed.storedSize());
			compressed.copyTo(stored);
			compressor.decompress(stored, (buffer) -> {
			});
			assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
		}
	}

	private static byte[] inflated(Compressor compressor, CompressedBody compressed) throws IOException {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment stored = arena.allocate(compressed.storedSize());
			compressed.copyTo(stored);
			ByteArrayOutputStream inflated = new ByteArrayOutputStream();
			compressor.decompress(stored, Bodies.sink(inflated));
			return inflated.toByteArray();
		}
	}

}
