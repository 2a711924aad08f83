package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
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
	 * Returns the largest size to be asked for, of which hardly a page is touched.
	 * @return bytes, at least 64 MiB; 1 GiB by default
	 */
	protected long maxSize() {
		return 1L << 30;
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
	@DisplayName("G16 every alignment is served for sizes below, at and above it")
	void allocate_everyAlignment_alignedAndKept() {
		for (long alignment = 1; alignment <= maxAlignment(); alignment *= 2) {
			long[] sizes = { 1, 3, 8, 100, Math.max(1, alignment / 2), alignment, 2 * alignment + 1, 4095, 70_000 };
			List<Long> blocks = new ArrayList<>();
			for (long size : sizes) {
				long block = allocate(size, alignment);
				new BytePattern((int) size).write(RawMemory.at(block, Math.min(size, 5000)));
				blocks.add(block);
			}
			for (int i = 0; i < sizes.length; i++) {
				new BytePattern((int) sizes[i]).assertKept(RawMemory.at(blocks.get(i), sizes[i]),
						Math.min(sizes[i], 5000));
				backend().deallocate(blocks.get(i), sizes[i], alignment);
			}
		}
	}

	@Test
	@DisplayName("G16 every size up to 2048 comes with every alignment up to it")
	void allocate_everySmallLayout_aligned() {
		Deque<Long> blocks = new ArrayDeque<>();
		for (long size = 1; size <= 2048; size++) {
			for (long alignment = 1; alignment <= size; alignment *= 2) {
				long block = allocate(size, alignment);
				RawMemory.at(block, size).fill((byte) size);
				blocks.add(block);
			}
			for (long alignment = 1; alignment <= size; alignment *= 2) {
				long block = blocks.remove();
				MemorySegment memory = RawMemory.at(block, size);
				assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) size);
				assertThat(memory.get(ValueLayout.JAVA_BYTE, size - 1)).isEqualTo((byte) size);
				backend().deallocate(block, size, alignment);
			}
		}
	}

	@Test
	@DisplayName("A21 sizes around every likely size class keep their bytes, and when resized across it")
	void reallocate_aroundSizeClasses_keepsBytes() {
		for (long power = 8; power <= 4 << 20; power *= 2) {
			for (long edge = power; edge < 2 * power; edge += power / 8) {
				for (long size : new long[] { edge - 1, edge, edge + 1 }) {
					acrossAnEdge(size);
				}
			}
		}
	}

	private void acrossAnEdge(long size) {
		int tail = (int) Math.min(size, 64);
		BytePattern pattern = new BytePattern((int) size);
		long block = allocate(size, 8);
		long neighbour = allocate(size, 8);
		RawMemory.at(neighbour, size).asSlice(0, tail).fill((byte) 1);
		pattern.write(RawMemory.at(block + size - tail, tail));
		block = backend().reallocate(block, size, 8, size + 2);
		assertBlock(block, size + 2, 8);
		pattern.assertKept(RawMemory.at(block + size - tail, tail), tail);
		RawMemory.at(block + size, 2).fill((byte) 2);
		block = backend().reallocate(block, size + 2, 8, size);
		assertBlock(block, size, 8);
		pattern.assertKept(RawMemory.at(block + size - tail, tail), tail);
		assertThat(RawMemory.at(neighbour, tail).toArray(ValueLayout.JAVA_BYTE)).containsOnly(1);
		backend().deallocate(block, size, 8);
		backend().deallocate(neighbour, size, 8);
	}

	@Test
	@DisplayName("A21 huge blocks have a first and a last byte, are zero where asked for, and can be resized")
	void allocate_huge_usableFromEndToEnd() {
		for (long size = 64L << 20; size <= maxSize(); size *= 4) {
			long block = allocate(size, 16);
			MemorySegment memory = RawMemory.at(block, size);
			memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
			memory.set(ValueLayout.JAVA_BYTE, size - 1, (byte) 2);
			long shrunk = backend().reallocate(block, size, 16, 100);
			assertBlock(shrunk, 100, 16);
			assertThat(RawMemory.at(shrunk, 100).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
			backend().deallocate(shrunk, 100, 16);
		}
		long size = (64L << 20) + 1;
		for (int round = 0; round < 2; round++) {
			long block = backend().allocateZeroed(size, 4096);
			assertBlock(block, size, 4096);
			MemorySegment memory = RawMemory.at(block, size);
			for (long offset = 0; offset < size; offset += 1024) {
				assertThat(memory.get(ValueLayout.JAVA_BYTE, offset)).isZero();
				memory.set(ValueLayout.JAVA_BYTE, offset, (byte) 1);
			}
			backend().deallocate(block, size, 4096);
		}
	}

	@Test
	@DisplayName("A06 a block that is doubled again and again keeps its bytes")
	void reallocate_doubling_keepsBytes() {
		BytePattern pattern = new BytePattern(6);
		long size = 1;
		long block = allocate(size, 1);
		pattern.write(RawMemory.at(block, size));
		while (size < 32 << 20) {
			block = backend().reallocate(block, size, 1, 2 * size);
			assertBlock(block, 2 * size, 1);
			pattern.assertKept(RawMemory.at(block, size), Math.min(size, 1 << 16));
			size *= 2;
			pattern.write(RawMemory.at(block, Math.min(size, 1 << 16)));
		}
		backend().deallocate(block, size, 1);
	}

	@Test
	@DisplayName("G16 of ten thousand live blocks of one size no two overlap")
	void allocate_manyOfOneSize_noOverlap() {
		for (long size : new long[] { 1, 16, 24, 100, 500, 5000 }) {
			long[] blocks = new long[10_000];
			for (int i = 0; i < blocks.length; i++) {
				long block = allocate(size, 8);
				RawMemory.at(block, 1).fill((byte) block);
				blocks[i] = block;
			}
			long[] sorted = blocks.clone();
			Arrays.sort(sorted);
			assertThat(sorted[0]).as("lowest address").isPositive();
			for (int i = 1; i < sorted.length; i++) {
				if (sorted[i] - sorted[i - 1] < size || sorted[i] % 8 != 0) {
					assertThat(sorted[i]).as("end of the block of %d bytes at 0x%x", size, sorted[i - 1])
						.isGreaterThanOrEqualTo(sorted[i - 1] + size);
					assertThat(sorted[i] % 8).as("0x%x modulo 8", sorted[i]).isZero();
				}
			}
			for (int i = 0; i < blocks.length; i++) {
				// in an order that has nothing to do with that of their allocation
				long block = blocks[(int) (i * 7919L % blocks.length)];
				if (RawMemory.at(block, 1).get(ValueLayout.JAVA_BYTE, 0) != (byte) block) {
					assertThat(RawMemory.at(block, 1).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) block);
				}
				backend().deallocate(block, size, 8);
			}
		}
	}

	@Test
	@DisplayName("G16 a block outlives the thread that took it, and any thread frees it")
	void deallocate_threadOfAllocationDead_accepted() throws InterruptedException {
		for (Thread.Builder thread : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
			for (int round = 0; round < 50; round++) {
				BytePattern pattern = new BytePattern(round);
				long size = 1L << (round % 20);
				long[] block = new long[1];
				thread.start(() -> {
					block[0] = allocate(size, 8);
					pattern.write(RawMemory.at(block[0], size));
				}).join();
				assertBlock(block[0], size, 8);
				pattern.assertKept(RawMemory.at(block[0], size), size);
				thread.start(() -> block[0] = backend().reallocate(block[0], size, 8, size + 100)).join();
				assertBlock(block[0], size + 100, 8);
				pattern.assertKept(RawMemory.at(block[0], size), size);
				backend().deallocate(block[0], size + 100, 8);
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
