package io.freehold.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

import org.junit.jupiter.api.Test;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Budgets under many threads: never exceeded, never leaking, never refusing what fits.
 */
class BudgetRaceTests {

	private static final Duration DEADLINE = Duration.ofSeconds(60);

	private static final ThreadFactory PLATFORM = Thread.ofPlatform().daemon().factory();

	private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();

	private final long seed = seed();

	@Test
	void churn_manyPlatformThreads_neverExceedsALimitAndEndsAtZero() {
		churn(PLATFORM, 64, 3_000);
	}

	@Test
	void churn_manyVirtualThreads_neverExceedsALimitAndEndsAtZero() {
		churn(VIRTUAL, 1_000, 200);
	}

	private void churn(ThreadFactory factory, int threads, int steps) {
		Tree tree = Tree.random(new SplittableRandom(this.seed));
		AtomicBoolean done = new AtomicBoolean();
		AtomicReference<@Nullable String> exceeded = new AtomicReference<>();
		Thread sampler = PLATFORM.newThread(() -> {
			while (!done.get()) {
				exceeded.compareAndSet(null, tree.exceeded());
			}
		});
		sampler.start();
		run(factory, threads, (thread) -> {
			SplittableRandom random = new SplittableRandom(this.seed + thread);
			BudgetAccount leaf = tree.leaves.get(thread % tree.leaves.size());
			long[] held = new long[4];
			for (int i = 0; i < steps; i++) {
				int slot = random.nextInt(held.length);
				if (held[slot] != 0) {
					leaf.release(held[slot]);
					held[slot] = 0;
				}
				else {
					long size = 1 + random.nextLong(1L << random.nextInt(1, 12));
					if (leaf.tryReserve(size) == null) {
						held[slot] = size;
					}
				}
				exceeded.compareAndSet(null, tree.exceeded());
			}
			for (long size : held) {
				leaf.release(size);
			}
		});
		done.set(true);
		join(sampler);
		assertThat(exceeded.get()).isNull();
		tree.assertEmpty();
	}

	@Test
	void growingOnly_everyRefusedRequestReallyDidNotFit() {
		for (int round = 0; round < 400; round++) {
			growingOnly(PLATFORM, 16, this.seed + round);
		}
	}

	@Test
	void growingOnly_virtualThreads_everyRefusedRequestReallyDidNotFit() {
		for (int round = 0; round < 100; round++) {
			growingOnly(VIRTUAL, 200, this.seed - round);
		}
	}

	private static void growingOnly(ThreadFactory factory, int threads, long seed) {
		Tree tree = Tree.random(new SplittableRandom(seed));
		List<Refused> refused = Collections.synchronizedList(new ArrayList<>());
		AtomicInteger[] reserved = new AtomicInteger[tree.leaves.size()];
		for (int i = 0; i < reserved.length; i++) {
			reserved[i] = new AtomicInteger();
		}
		run(factory, threads, (thread) -> {
			SplittableRandom random = new SplittableRandom(seed + 31L * thread);
			int index = thread % tree.leaves.size();
			BudgetAccount leaf = tree.leaves.get(index);
			for (int i = 0; i < 40; i++) {
				int size = 1 + random.nextInt(1 << random.nextInt(1, 13));
				BudgetAccount refuser = leaf.tryReserve(size);
				if (refuser == null) {
					reserved[index].addAndGet(size);
				}
				else {
					refused.add(new Refused(leaf, refuser, size));
				}
			}
		});
		for (Refused request : refused) {
			assertThat(request.fitsOnPath(tree)).as("seed %d: %s refused although it fits", seed, request).isFalse();
		}
		for (int i = 0; i < reserved.length; i++) {
			tree.leaves.get(i).release(reserved[i].get());
		}
		tree.assertEmpty();
	}

	@Test
	void setLimit_raisedBeforeAndLoweredAfterALargeRequest_refusesNobodyWhoAlwaysFits() {
		// 50 bytes fit beside nothing below 100, and beside 150 below 200: always
		BudgetAccount root = new BudgetAccount(null, 100);
		AtomicInteger refusals = new AtomicInteger();
		run(PLATFORM, 4, (thread) -> {
			if (thread == 0) {
				for (int i = 0; i < 300_000; i++) {
					root.setLimit(200);
					if (root.tryReserve(150) == null) {
						root.release(150);
					}
					else {
						refusals.incrementAndGet();
					}
					root.setLimit(100);
				}
			}
			else if (thread == 1) {
				for (int i = 0; i < 1_000_000; i++) {
					if (root.tryReserve(50) == null) {
						root.release(50);
					}
					else {
						refusals.incrementAndGet();
					}
				}
			}
		});
		assertThat(refusals).hasValue(0);
		BudgetAccountTests.assertEmpty(root);
	}

	@Test
	void setLimit_lowered_isNeverExceededOnceItsUsersAreBelow() {
		BudgetAccount root = new BudgetAccount(null, 1000);
		AtomicBoolean done = new AtomicBoolean();
		AtomicInteger exceeded = new AtomicInteger();
		run(PLATFORM, 4, (thread) -> {
			if (thread == 0) {
				for (int i = 0; i < 200_000; i++) {
					root.setLimit(1000);
					root.setLimit(100);
					long used = root.used();
					for (int sample = 0; sample < 20; sample++) {
						long now = root.used();
						if (used <= 100 && now > 100) {
							exceeded.incrementAndGet();
						}
						used = now;
					}
				}
				done.set(true);
			}
			else {
				while (!done.get()) {
					if (root.tryReserve(90) == null) {
						root.release(90);
					}
				}
			}
		});
		assertThat(exceeded).hasValue(0);
		BudgetAccountTests.assertEmpty(root);
	}

	@Test
	void setLimit_atEveryLevelWhileAllChurn_endsAtZero() {
		Tree tree = Tree.random(new SplittableRandom(this.seed));
		run(PLATFORM, 16, (thread) -> {
			SplittableRandom random = new SplittableRandom(this.seed + thread);
			BudgetAccount leaf = tree.leaves.get(thread % tree.leaves.size());
			for (int i = 0; i < 5_000; i++) {
				if (thread < 2) {
					BudgetAccount any = tree.all.get(random.nextInt(tree.all.size()));
					any.setLimit(random.nextBoolean() ? Budget.UNLIMITED : random.nextLong(10_000));
				}
				else {
					long size = random.nextLong(4_000);
					if (leaf.tryReserve(size) == null) {
						leaf.release(size);
					}
				}
			}
		});
		tree.assertEmpty();
	}

	@Test
	void peak_ofAChildWhoseParentRefuses_isNeverMoreThanWasGranted() {
		for (int round = 0; round < 50; round++) {
			BudgetAccount root = new BudgetAccount(null, 60);
			BudgetAccount child = new BudgetAccount(root, Budget.UNLIMITED);
			run(Thread.ofPlatform().factory(), 4, (thread) -> {
				long bytes = (thread % 2 == 0) ? 100 : 10;
				for (int i = 0; i < 500; i++) {
					if (child.tryReserve(bytes) == null) {
						child.release(bytes);
					}
				}
			});
			assertThat(child.peak()).isBetween(10L, 20L);
			assertThat(root.peak()).isBetween(10L, 20L);
			BudgetAccountTests.assertEmpty(child);
		}
	}

	@Test
	void softLimit_reachedByManyThreadsAtOnce_isReportedOnce() {
		for (int round = 0; round < 200; round++) {
			AtomicInteger reports = new AtomicInteger();
			BudgetAccount root = new BudgetAccount(null, 1000, 10, reports::incrementAndGet);
			run(PLATFORM, 8, (thread) -> root.tryReserve(5));
			assertThat(reports).hasValue(1);
			assertThat(root.peak()).isEqualTo(40);
			root.release(40);
			BudgetAccountTests.assertEmpty(root);
		}
	}

	private static void run(ThreadFactory factory, int count, IntConsumer body) {
		CountDownLatch start = new CountDownLatch(1);
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int thread = i;
			threads.add(factory.newThread(() -> {
				try {
					start.await();
					body.accept(thread);
				}
				catch (Throwable ex) {
					failure.compareAndSet(null, ex);
				}
			}));
		}
		threads.forEach(Thread::start);
		start.countDown();
		long deadline = System.nanoTime() + DEADLINE.toNanos();
		threads.forEach((thread) -> join(thread, Duration.ofNanos(deadline - System.nanoTime())));
		assertThat(failure.get()).isNull();
	}

	private static void join(Thread thread) {
		join(thread, DEADLINE);
	}

	private static void join(Thread thread, Duration patience) {
		try {
			assertThat(thread.join(patience.isPositive() ? patience : Duration.ZERO)).as("%s has ended", thread)
				.isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private static long seed() {
		long seed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
		System.out.println("BudgetRaceTests seed " + seed);
		return seed;
	}

	private record Refused(BudgetAccount leaf, BudgetAccount refuser, long size) {

		boolean fitsOnPath(Tree tree) {
			return tree.path(this.leaf).stream().allMatch((level) -> this.size <= level.remaining());
		}

	}

	/**
	 * Three levels: some tight, some loose, some without a limit.
	 */
	private static final class Tree {

		final List<BudgetAccount> all = new ArrayList<>();

		final List<BudgetAccount> leaves = new ArrayList<>();

		private final List<List<BudgetAccount>> paths = new ArrayList<>();

		static Tree random(SplittableRandom random) {
			Tree tree = new Tree();
			BudgetAccount root = tree.add(null, limit(random, 20_000));
			for (int i = 0; i < 3; i++) {
				BudgetAccount middle = tree.add(root, limit(random, 9_000));
				for (int j = 0; j < 3; j++) {
					BudgetAccount leaf = tree.add(middle, limit(random, 4_000));
					tree.leaves.add(leaf);
					tree.paths.add(List.of(leaf, middle, root));
				}
			}
			return tree;
		}

		private static long limit(SplittableRandom random, long usual) {
			return switch (random.nextInt(6)) {
				case 0 -> Budget.UNLIMITED;
				case 1 -> usual / 4;
				case 2 -> usual * 4;
				default -> usual / 2 + random.nextLong(usual);
			};
		}

		private BudgetAccount add(@Nullable BudgetAccount parent, long limit) {
			BudgetAccount account = new BudgetAccount(parent, limit);
			this.all.add(account);
			return account;
		}

		List<BudgetAccount> path(BudgetAccount leaf) {
			return this.paths.get(this.leaves.indexOf(leaf));
		}

		@Nullable String exceeded() {
			for (BudgetAccount account : this.all) {
				long used = account.used();
				if (used > account.limit()) {
					return "used " + used + " of " + account.limit();
				}
			}
			return null;
		}

		void assertEmpty() {
			this.all.forEach(BudgetAccountTests::assertEmpty);
		}

	}

}
