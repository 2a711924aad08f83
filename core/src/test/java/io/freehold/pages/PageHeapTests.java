package io.freehold.pages;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PageHeap} with two threads in it, one of which does all it does between
 * two steps of the other.
 */
class PageHeapTests {

	private final HookedMemory memory = new HookedMemory();

	private final PageHeap heap = new PageHeap(this.memory, new ExtentMap(), Long.MAX_VALUE);

	@Test
	void purge_chunkUnmappedMeanwhile() {
		PageRun[] runs = new PageRun[5];
		for (int i = 0; i < runs.length; i++) {
			runs[i] = take();
		}
		Chunk first = runs[0].chunk();
		Chunk second = runs[4].chunk();
		assertThat(second).isNotSameAs(first);
		give(runs[0]);
		give(runs[4]);
		this.memory.onDiscard(() -> {
			this.memory.setDiscarding(false);
			this.heap.purge(false);
			this.memory.setDiscarding(true);
		});

		// throws if it discards pages of the second chunk, which has been unmapped
		this.heap.purge(false);

		assertThat(this.heap.isValid()).isTrue();
		assertThat(this.heap.reservedBytes()).isEqualTo(this.memory.chunkSize());
		assertThat(this.heap.cachedBytes()).isZero();
	}

	@Test
	void take_addressesOf48Bits_served() {
		this.memory.setNext(0xffff_9c00_0000L);
		PageRun run = take();
		assertThat(run.address()).isEqualTo(0xffff_9c00_0000L);
		give(run);
	}

	@Test
	void take_addressesOutOfReach_refusedAndUnmapped() {
		this.memory.setNext(1L << 48);
		assertThat(this.heap.take(4096, 1)).isNull();
		assertThat(this.heap.isValid()).isTrue();
		assertThat(this.heap.reservedBytes()).isZero();
	}

	@Test
	void take_whileTheOnlyFreePagesArePurged_waitsForThem() throws InterruptedException {
		PageRun run = take();
		for (int i = 0; i < 3; i++) {
			take();
		}
		give(run);
		this.memory.setMapping(false);
		AtomicReference<@Nullable PageRun> taken = new AtomicReference<>();
		Thread other = new Thread(() -> taken.set(this.heap.take(this.heap.maxRun(), 1)));
		this.memory.onDiscard(() -> {
			other.start();
			while (other.getState() != Thread.State.TIMED_WAITING && other.getState() != Thread.State.TERMINATED) {
				Thread.onSpinWait();
			}
		});
		this.heap.purge(false);
		other.join();
		assertThat(taken.get()).isNotNull();
	}

	@Test
	void take_noRoomForAWholeChunk_mapsASmallerOne() {
		HookedMemory small = new HookedMemory();
		small.setLargest(this.memory.chunkSize() / 8);
		PageHeap frugal = new PageHeap(small, new ExtentMap(), Long.MAX_VALUE);
		assertThat(frugal.take(this.memory.chunkSize() / 8, 1)).isNotNull();
		assertThat(frugal.reservedBytes()).isEqualTo(this.memory.chunkSize() / 8);
		assertThat(frugal.take(this.memory.chunkSize() / 4, 1)).isNull();
	}

	@Test
	void take_inASmallChunk_isAlignedByItsAddress() {
		HookedMemory small = new HookedMemory();
		small.setLargest(this.memory.chunkSize() / 8);
		// aligned to the chunk's own size, and to no more
		small.setNext((1L << 32) + this.memory.chunkSize() / 8);
		PageHeap frugal = new PageHeap(small, new ExtentMap(), Long.MAX_VALUE);
		assertThat(frugal.take(4096, 1)).isNotNull();
		for (long alignment = 4096; alignment <= this.memory.chunkSize() / 8; alignment *= 2) {
			PageRun run = Objects.requireNonNull(frugal.take(4096, alignment));
			assertThat(run.address() % alignment).as("alignment %d", alignment).isZero();
		}
		PageRun run = frugal.take(4096, frugal.maxRun());
		assertThat(run == null || run.address() % frugal.maxRun() == 0).as("refused or aligned").isTrue();
	}

	private PageRun take() {
		return Objects.requireNonNull(this.heap.take(this.heap.maxRun(), 1));
	}

	private void give(PageRun run) {
		this.heap.give(run.chunk(), run.first(), run.length());
	}

}
