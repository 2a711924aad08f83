package io.freehold.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.freehold.internal.VirtualMemory;
import io.freehold.pages.BlockWord;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Purger}: whatever the moment of a tick, another one is due while there
 * is memory.
 */
class PurgerTests {

	private final Deque<Runnable> due = new ArrayDeque<>();

	private final List<Future<?>> futures = new ArrayList<>();

	private long nanos;

	private boolean hasty;

	private boolean exhausted;

	private final Purger purger = new Purger(Duration.ZERO, this::schedule);

	private final PooledBlocks blocks = new PooledBlocks(VirtualMemory.ofPlatform(), 1, 1 << 20, this.purger);

	@BeforeEach
	void start() {
		this.purger.start(this.blocks);
	}

	private Future<?> schedule(Runnable tick, long nanos) {
		if (this.exhausted) {
			throw new OutOfMemoryError("on purpose");
		}
		if (this.hasty) {
			this.hasty = false;
			tick.run();
		}
		else {
			this.due.add(tick);
		}
		Future<?> future = new CompletableFuture<>();
		this.futures.add(future);
		this.nanos = nanos;
		return future;
	}

	@ParameterizedTest
	@ValueSource(longs = { 16, 100_000 })
	void wake_tickAtOnce(long size) {
		this.hasty = true;

		long address = this.blocks.allocate(size, 8, BlockWord.NO_OWNER, false);

		assertThat(this.blocks.committedBytes()).isPositive();
		assertThat(this.due).hasSize(1);
		assertThat(this.blocks.tryFree(address, size, 8, BlockWord.NO_OWNER)).isTrue();
		this.blocks.trim();
		this.due.remove().run();
		assertThat(this.blocks.committedBytes()).isZero();
		assertThat(this.due).isEmpty();
	}

	@Test
	void wake_noThread() {
		this.exhausted = true;
		assertThat(this.blocks.allocate(100_000, 8, BlockWord.NO_OWNER, false)).isNotZero();
		this.exhausted = false;

		this.blocks.allocate(100_000, 8, BlockWord.NO_OWNER, false);

		assertThat(this.due).hasSize(1);
	}

	@Test
	void setDelay_tickIsDue_takesItsPlace() {
		this.blocks.allocate(100_000, 8, BlockWord.NO_OWNER, false);
		Future<?> first = this.futures.getFirst();

		this.purger.setDelay(Duration.ofSeconds(1));

		assertThat(first).isCancelled();
		assertThat(this.futures).hasSize(2);
		assertThat(this.nanos).isEqualTo(500_000_000);
	}

	@Test
	void tick_nothingButUnmappedLeft_triesAgain() {
		long address = this.blocks.allocate(16 << 20, 8, BlockWord.NO_OWNER, false);
		assertThat(this.due).hasSize(1);
		this.due.remove().run();
		assertThat(this.due).as("while the block is there").hasSize(1);
		assertThat(this.blocks.tryFree(address, 16 << 20, 8, BlockWord.NO_OWNER)).isTrue();
		this.due.remove().run();
		assertThat(this.due).isEmpty();
	}

}
