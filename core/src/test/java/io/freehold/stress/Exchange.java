package io.freehold.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Everything at once: platform and virtual threads swap blocks, resize them, take zeroed
 * and over-aligned ones, and live for a few hundred operations only. Each thread is
 * followed by one of the other kind, which finds what it left in the places where blocks
 * are exchanged.
 */
final class Exchange implements StressWorkload {

	private static final int OPERATIONS = 600_000;

	private static final int PLACES = 256;

	private static final int MAX_OWN = 64;

	/** The exponent of the largest alignment, 4096. */
	private static final int MAX_SHIFT = 12;

	@Override
	public void run(StressRun run) throws InterruptedException {
		AtomicReferenceArray<@Nullable Block> places = new AtomicReferenceArray<>(PLACES);
		AtomicInteger left = new AtomicInteger(OPERATIONS * run.factor());
		for (int i = 0; i < run.threads(); i++) {
			SplittableRandom random = run.random(i);
			ThreadKind kind = (i % 2 == 0) ? run.kind() : run.kind().other();
			run.crew().start(kind, () -> new Life(run, kind, random, places, left).live());
		}
		run.crew().join();
		for (int i = 0; i < PLACES; i++) {
			Block block = places.getAndSet(i, null);
			if (block != null) {
				run.free(block);
			}
		}
	}

	/** One thread. */
	private static final class Life {

		private final StressRun run;

		private final ThreadKind kind;

		private final SplittableRandom random;

		private final AtomicReferenceArray<@Nullable Block> places;

		private final AtomicInteger left;

		private final List<Block> own = new ArrayList<>();

		Life(StressRun run, ThreadKind kind, SplittableRandom random, AtomicReferenceArray<@Nullable Block> places,
				AtomicInteger left) {
			this.run = run;
			this.kind = kind;
			this.random = random;
			this.places = places;
			this.left = left;
		}

		void live() {
			int operations = this.random.nextInt(50, 800);
			for (int i = 0; i < operations; i++) {
				step();
				if (i % 32 == 0) {
					this.run.crew().checkpoint();
				}
			}
			for (Block block : this.own) {
				put(block);
			}
			if (this.left.addAndGet(-operations) > 0) {
				SplittableRandom next = this.random.split();
				ThreadKind other = this.kind.other();
				this.run.crew().start(other, () -> new Life(this.run, other, next, this.places, this.left).live());
			}
		}

		private void step() {
			int choice = this.random.nextInt(100);
			if (this.own.isEmpty() || (choice < 35 && this.own.size() < MAX_OWN)) {
				this.own.add(allocate());
			}
			else if (choice < 50) {
				Block block = take();
				this.own.add(block.reallocate(this.run.alloc(), size(), this.random.nextLong()));
			}
			else if (choice < 75) {
				put(take());
			}
			else {
				this.run.free(take());
			}
		}

		private Block allocate() {
			long alignment = 1L << this.random.nextInt((this.random.nextInt(8) == 0) ? MAX_SHIFT + 1 : 5);
			return this.random.nextBoolean() ? this.run.allocateZeroed(size(), alignment, this.random)
					: this.run.allocate(size(), alignment, this.random);
		}

		private long size() {
			int most = switch (this.random.nextInt(32)) {
				case 0 -> 300_000;
				case 1, 2, 3, 4 -> 20_000;
				default -> 600;
			};
			return this.random.nextLong(1, most);
		}

		private Block take() {
			int last = this.own.size() - 1;
			Block taken = this.own.get(this.random.nextInt(last + 1));
			this.own.set(this.own.indexOf(taken), this.own.get(last));
			this.own.remove(last);
			return taken;
		}

		/** Leaves a block to whoever comes by, and frees the one it displaces. */
		private void put(Block block) {
			Block displaced = this.places.getAndSet(this.random.nextInt(PLACES), block);
			if (displaced != null) {
				if (this.random.nextBoolean() && this.own.size() < MAX_OWN) {
					displaced = displaced.reallocate(this.run.alloc(), size(), this.random.nextLong());
				}
				this.run.free(displaced);
			}
		}

	}

}
