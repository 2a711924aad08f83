package io.freehold.stress;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Rounds of short-lived threads that keep some blocks to the end, free others at random,
 * and swap some with whatever thread comes by. A few blocks are much larger than the
 * rest.
 */
final class Mstress implements StressWorkload {

	private static final int ROUNDS = 100;

	private static final int TRANSFERS = 1000;

	/** All threads of a round together take about this number of blocks. */
	private static final int ALLOCATIONS = 24_000;

	@Override
	public void run(StressRun run) throws InterruptedException {
		AtomicReferenceArray<@Nullable Block> transfers = new AtomicReferenceArray<>(TRANSFERS);
		int rounds = ROUNDS * run.factor();
		for (int round = 0; round < rounds; round++) {
			for (int i = 0; i < run.threads(); i++) {
				// threads differ eightfold in what they do
				int allocations = run.share(ALLOCATIONS) * (i % 8 + 1) / 8;
				SplittableRandom random = run.random((long) round * run.threads() + i);
				run.start(() -> new Worker(run, random, transfers).work(allocations));
			}
			run.crew().join();
			SplittableRandom random = run.random(-1L - round);
			for (int i = 0; i < TRANSFERS; i++) {
				if (round == rounds - 1 || random.nextBoolean()) {
					free(run, transfers.getAndSet(i, null));
				}
			}
		}
	}

	private static void free(StressRun run, @Nullable Block block) {
		if (block != null) {
			run.free(block);
		}
	}

	/** One thread's blocks. */
	private static final class Worker {

		private final StressRun run;

		private final SplittableRandom random;

		private final AtomicReferenceArray<@Nullable Block> transfers;

		Worker(StressRun run, SplittableRandom random, AtomicReferenceArray<@Nullable Block> transfers) {
			this.run = run;
			this.random = random;
			this.transfers = transfers;
		}

		void work(int allocations) {
			@Nullable Block[] passing = new @Nullable Block[allocations];
			Block[] retained = new Block[allocations / 2];
			int passed = 0;
			int kept = 0;
			while (passed < allocations || kept < retained.length) {
				if (kept == retained.length || (passed < allocations && chance(50))) {
					passing[passed++] = allocate(1L << this.random.nextInt(5));
				}
				else {
					retained[kept++] = allocate(1L << this.random.nextInt(7));
				}
				if (passed > 0 && chance(66)) {
					int slot = this.random.nextInt(passed);
					free(this.run, passing[slot]);
					passing[slot] = null;
				}
				if (passed > 0 && chance(25)) {
					int slot = this.random.nextInt(passed);
					passing[slot] = this.transfers.getAndSet(this.random.nextInt(TRANSFERS), passing[slot]);
				}
				if ((passed + kept) % 64 == 0) {
					this.run.crew().checkpoint();
				}
			}
			for (Block block : retained) {
				this.run.free(block);
			}
			for (Block block : passing) {
				free(this.run, block);
			}
		}

		private Block allocate(long words) {
			int draw = this.random.nextInt(10_000);
			long factor = (draw < 1) ? 10_000 : (draw < 10) ? 1_000 : (draw < 100) ? 100 : 1;
			long size = words * 8 * factor;
			return chance(50) ? this.run.allocateZeroed(size, 8, this.random) : this.run.allocate(size, 8, this.random);
		}

		private boolean chance(int percent) {
			return this.random.nextInt(100) < percent;
		}

	}

}
