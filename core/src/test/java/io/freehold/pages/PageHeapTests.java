package io.freehold.pages;

import java.util.Objects;

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

	private PageRun take() {
		return Objects.requireNonNull(this.heap.take(this.heap.maxRun(), 1));
	}

	private void give(PageRun run) {
		this.heap.give(run.chunk(), run.first(), run.length());
	}

}
