package io.freehold.pool;

import java.time.Duration;

import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.Clock;
import io.freehold.pages.BlockWord;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Purger}: another tick is due as long as there is memory, whenever a
 * tick comes.
 */
class PurgerTests {

	private final ManualClock clock = new ManualClock();

	private final Purger purger = new Purger(Duration.ZERO, this.clock);

	private final PooledBlocks blocks = new PooledBlocks(VirtualMemory.ofPlatform(), 1, 1 << 20, this.purger);

	@BeforeEach
	void start() {
		this.purger.start(this.blocks);
	}

	/** A clock that is moved by hand. */
	private final class ManualClock extends Clock {

		private boolean listed;

		private long nanos;

		private boolean hasty;

		private int kept;

		ManualClock() {
			super(Thread::new);
		}

		@Override
		public void schedule(Task task, long nanos) {
			this.listed = true;
			this.nanos = nanos;
			if (this.hasty) {
				this.hasty = false;
				tick();
			}
		}

		@Override
		public void reschedule(Task task, long nanos) {
			schedule(task, nanos);
		}

		@Override
		public void keepGoing() {
			this.kept++;
		}

		void tick() {
			assertThat(this.listed).isTrue();
			this.listed = PurgerTests.this.purger.run() >= 0;
		}

	}

	@ParameterizedTest
	@ValueSource(longs = { 16, 100_000 })
	void wake_tickAtOnce(long size) {
		this.clock.hasty = true;

		long address = this.blocks.allocate(size, 8, BlockWord.NO_OWNER, false);

		assertThat(this.blocks.committedBytes()).isPositive();
		assertThat(this.clock.listed).isTrue();
		assertThat(this.blocks.tryFree(address, size, 8, BlockWord.NO_OWNER)).isTrue();
		this.blocks.trim();
		this.clock.tick();
		assertThat(this.blocks.committedBytes()).isZero();
		assertThat(this.clock.listed).isFalse();
	}

	@Test
	void wake_awake_keepsTheClockGoing() {
		assertThat(this.blocks.allocate(100_000, 8, BlockWord.NO_OWNER, false)).isNotZero();
		int kept = this.clock.kept;

		this.blocks.allocate(100_000, 8, BlockWord.NO_OWNER, false);

		assertThat(this.clock.kept).isGreaterThan(kept);
	}

	@Test
	void tryFree_wakesNothing() {
		long address = this.blocks.allocate(100_000, 8, BlockWord.NO_OWNER, false);
		int kept = this.clock.kept;

		assertThat(this.blocks.tryFree(address, 100_000, 8, BlockWord.NO_OWNER)).isTrue();

		assertThat(this.clock.kept).isEqualTo(kept);
	}

	@Test
	void setDelay_tickIsDue_changesItsTime() {
		this.blocks.allocate(100_000, 8, BlockWord.NO_OWNER, false);

		this.purger.setDelay(Duration.ofSeconds(1));

		assertThat(this.clock.nanos).isEqualTo(500_000_000);
	}

	@Test
	void tick_nothingButUnmappedLeft_triesAgain() {
		long address = this.blocks.allocate(16 << 20, 8, BlockWord.NO_OWNER, false);
		this.clock.tick();
		assertThat(this.clock.listed).as("while the block is there").isTrue();
		assertThat(this.blocks.tryFree(address, 16 << 20, 8, BlockWord.NO_OWNER)).isTrue();
		this.clock.tick();
		assertThat(this.clock.listed).isFalse();
	}

}
