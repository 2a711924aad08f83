package io.freehold.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The contract of {@link GlobalAlloc}. A subclass says in {@link #backend()} which
 * backend to test; all tests are inherited, and free every block they take.
 */
public abstract class GlobalAllocContract {

	/**
	 * For subclasses.
	 */
	protected GlobalAllocContract() {
	}

	/**
	 * Returns the backend under test: the same one each time during one test.
	 * @return the backend
	 */
	protected abstract GlobalAlloc backend();

	/**
	 * Returns the largest alignment to be asked for.
	 * @return a power of two; 2 MiB by default
	 */
	protected long maxAlignment() {
		return 2 << 20;
	}

	/**
	 * Called after each test, when all blocks have been freed. Does nothing by default.
	 */
	protected void verifyAllFreed() {
	}

	@AfterEach
	void allFreed() {
		verifyAllFreed();
	}

	private long allocate(long size, long alignment) {
		long address = backend().allocate(size, alignment);
		assertBlock(address, size, alignment);
		return address;
	}

	private static void assertBlock(long address, long size, long alignment) {
		assertThat(address).as("address of %d bytes aligned to %d", size, alignment).isNotZero();
		assertThat(address % alignment).as("0x%x modulo alignment %d", address, alignment).isZero();
	}

	@Test
	@DisplayName("G16 small over-aligned blocks are aligned, with many alive at once")
	void allocate_sizeBelowAlignment_aligned() {
		for (long alignment : new long[] { 4, 8, 16, 32 }) {
			for (long size : new long[] { alignment / 2, alignment - 1 }) {
				List<Long> blocks = new ArrayList<>();
				for (int i = 0; i < 128; i++) {
					long block = allocate(size, alignment);
					new BytePattern(i).write(RawMemory.at(block, size));
					blocks.add(block);
				}
				for (int i = 0; i < 128; i++) {
					new BytePattern(i).assertKept(RawMemory.at(blocks.get(i), size), size);
					backend().deallocate(blocks.get(i), size, alignment);
				}
			}
		}
	}

	@Test
	@DisplayName("G16 alignments up to 2 MiB are served")
	void allocate_largeAlignment_aligned() {
		for (long alignment = 1; alignment <= maxAlignment(); alignment *= 2) {
			for (long size : new long[] { 1, alignment, alignment + 1 }) {
				long block = allocate(size, alignment);
				RawMemory.at(block, size).fill((byte) 1);
				backend().deallocate(block, size, alignment);
				long zeroed = backend().allocateZeroed(size, alignment);
				assertBlock(zeroed, size, alignment);
				BytePattern.assertZeroFrom(RawMemory.at(zeroed, size), 0);
				backend().deallocate(zeroed, size, alignment);
			}
		}
	}

	@Test
	@DisplayName("A21 sizes from 1 to 8603461 bytes come and go")
	void allocate_sizeLadder_comesAndGoes() {
		for (long size : BlockContract.SIZES) {
			long block = allocate(size, 8);
			RawMemory.at(block, size).fill((byte) size);
			backend().deallocate(block, size, 8);
		}
	}

	@Test
	@DisplayName("A02 zeroed memory is zero, even if it was dirty")
	void allocateZeroed_dirtyMemory_allZero() {
		for (long size : new long[] { 1, 15, 24, 1024, 70_000, 1 << 20 }) {
			for (long alignment : new long[] { 1, 16, 64 }) {
				long dirty = allocate(size, alignment);
				RawMemory.at(dirty, size).fill((byte) 0xff);
				backend().deallocate(dirty, size, alignment);
				long block = backend().allocateZeroed(size, alignment);
				assertBlock(block, size, alignment);
				BytePattern.assertZeroFrom(RawMemory.at(block, size), 0);
				backend().deallocate(block, size, alignment);
			}
		}
	}

	@Test
	@DisplayName("A06 a reallocated block keeps what both sizes cover, and its alignment")
	void reallocate_anySize_keepsCommonBytes() {
		for (long alignment : new long[] { 1, 8, 16, 32, 4096 }) {
			long size = 24;
			long block = allocate(size, alignment);
			for (long newSize : new long[] { 24, 100, 7, 1, 3, 5000, 300_000, 9, 64, 2 << 20, 40 }) {
				BytePattern pattern = new BytePattern((int) newSize);
				pattern.write(RawMemory.at(block, size));
				block = backend().reallocate(block, size, alignment, newSize);
				assertBlock(block, newSize, alignment);
				pattern.assertKept(RawMemory.at(block, newSize), Math.min(size, newSize));
				size = newSize;
			}
			RawMemory.at(block, size).fill((byte) 1);
			backend().deallocate(block, size, alignment);
		}
	}

	@Test
	@DisplayName("A19 exhaustion is answered with 0, never with an exception")
	void allocate_tooMuch_returnsZero() {
		for (long alignment : new long[] { 1, 8, 16, 64, 4096 }) {
			for (long size : new long[] { 1L << 62, Long.MAX_VALUE - (alignment - 1) }) {
				assertThat(backend().allocate(size, alignment)).isZero();
				assertThat(backend().allocateZeroed(size, alignment)).isZero();
			}
			long block = allocate(64, alignment);
			backend().deallocate(block, 64, alignment);
		}
	}

	@Test
	@DisplayName("A11 a refused reallocation leaves the block untouched")
	void reallocate_tooMuch_blockUntouched() {
		BytePattern pattern = new BytePattern(11);
		for (long alignment : new long[] { 1, 16, 64 }) {
			long block = allocate(100, alignment);
			pattern.write(RawMemory.at(block, 100));
			assertThat(backend().reallocate(block, 100, alignment, 1L << 62)).isZero();
			assertThat(backend().reallocate(block, 100, alignment, Long.MAX_VALUE - (alignment - 1))).isZero();
			pattern.assertKept(RawMemory.at(block, 100), 100);
			block = backend().reallocate(block, 100, alignment, 200);
			pattern.assertKept(RawMemory.at(block, 200), 100);
			backend().deallocate(block, 200, alignment);
		}
	}

	@Test
	@DisplayName("G10 a request for no bytes is reported as a breach of contract")
	void allocate_zeroSize_reported() {
		assertThatIllegalArgumentException().isThrownBy(() -> backend().allocate(0, 8));
		assertThatIllegalArgumentException().isThrownBy(() -> backend().allocateZeroed(0, 8));
		long block = allocate(16, 8);
		assertThatIllegalArgumentException().isThrownBy(() -> backend().reallocate(block, 16, 8, 0));
		RawMemory.at(block, 16).fill((byte) 1);
		backend().deallocate(block, 16, 8);
	}

	@Test
	@DisplayName("G16 threads are never given the same memory")
	void allocate_manyThreads_noOverlap() throws Exception {
		int threads = 4;
		try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
			List<Future<?>> results = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				int seed = i;
				results.add(executor.submit(() -> churn(seed)));
			}
			for (Future<?> result : results) {
				result.get();
			}
		}
	}

	private void churn(int seed) {
		Random random = new Random(seed);
		BytePattern pattern = new BytePattern(seed);
		long[] blocks = new long[32];
		long[] sizes = new long[32];
		for (int i = 0; i < 4000; i++) {
			int slot = random.nextInt(blocks.length);
			if (blocks[slot] != 0) {
				pattern.assertKept(RawMemory.at(blocks[slot], sizes[slot]), sizes[slot]);
				backend().deallocate(blocks[slot], sizes[slot], 8);
			}
			sizes[slot] = random.nextLong(1, 200);
			blocks[slot] = allocate(sizes[slot], 8);
			pattern.write(RawMemory.at(blocks[slot], sizes[slot]));
		}
		for (int slot = 0; slot < blocks.length; slot++) {
			if (blocks[slot] != 0) {
				pattern.assertKept(RawMemory.at(blocks[slot], sizes[slot]), sizes[slot]);
				backend().deallocate(blocks[slot], sizes[slot], 8);
			}
		}
	}

	@Test
	@DisplayName("G05 a backend has a name for messages and metrics")
	void name_isShort() {
		assertThat(backend().name()).isNotBlank().doesNotContain("\n", "/");
	}

}
