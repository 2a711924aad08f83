package io.freehold.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;

import org.junit.jupiter.api.Test;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ledgers under many threads: what is retained lets no limit be exceeded and nobody be
 * refused, and nothing of it stays behind.
 */
class LedgerRaceTests {

	private static final Duration DEADLINE = Duration.ofSeconds(60);

	private static final ThreadFactory PLATFORM = Thread.ofPlatform().daemon().factory();

	private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();

	private final long seed = seed();

	@Test
	void churn_manyPlatformThreads_neverExceedsALimitAndCountsExactly() {
		churn(PLATFORM, 64, 3_000);
	}

	@Test
	void churn_manyVirtualThreads_neverExceedsALimitAndCountsExactly() {
		churn(VIRTUAL, 1_000, 200);
	}

	private void churn(ThreadFactory factory, int threads, int steps) {
		Tree tree = new Tree(new SplittableRandom(this.seed));
		AtomicLong granted = new AtomicLong();
		AtomicLong grantedBytes = new AtomicLong();
		AtomicReference<@Nullable String> exceeded = new AtomicReference<>();
		run(factory, threads, (thread) -> {
			SplittableRandom random = new SplittableRandom(this.seed + thread);
			Leaf leaf = tree.leaves.get(thread % tree.leaves.size());
			long[] held = new long[4];
			for (int i = 0; i < steps; i++) {
				int slot = random.nextInt(held.length);
				if (held[slot] != 0) {
					leaf.free(held[slot]);
					held[slot] = 0;
				}
				else {
					long size = 1 + random.nextLong(1L << random.nextInt(1, 12));
					if (leaf.tryAllocate(size)) {
						granted.incrementAndGet();
						grantedBytes.addAndGet(size);
						held[slot] = size;
					}
				}
				if (i % 16 == 0) {
					exceeded.compareAndSet(null, tree.exceeded());
				}
			}
			for (long size : held) {
				if (size != 0) {
					leaf.free(size);
				}
			}
		});
		assertThat(exceeded.get()).as("seed %d", this.seed).isNull();
		long allocations = 0;
		long allocatedBytes = 0;
		for (Leaf leaf : tree.leaves) {
			Ledger.Counts counts = leaf.ledger.counts();
			assertThat(counts.deallocations()).isEqualTo(counts.allocations());
			assertThat(counts.deallocatedBytes()).isEqualTo(counts.allocatedBytes());
			allocations += counts.allocations();
			allocatedBytes += counts.allocatedBytes();
		}
		assertThat(allocations).isEqualTo(granted.get());
		assertThat(allocatedBytes).isEqualTo(grantedBytes.get());
		tree.assertEmpty();
	}

	@Test
	void growingOnly_afterAllHasBeenRetained_everyRefusedRequestReallyDidNotFit() {
		for (int round = 0; round < 200; round++) {
			growingOnly(PLATFORM, 16, this.seed + round);
		}
	}

	@Test
	void growingOnly_virtualThreads_everyRefusedRequestReallyDidNotFit() {
		for (int round = 0; round < 50; round++) {
			growingOnly(VIRTUAL, 200, this.seed - round);
		}
	}

	/** Growth of what is live: each thread first leaves some credit behind. */
	private static void growingOnly(ThreadFactory factory, int threads, long seed) {
		Tree tree = new Tree(new SplittableRandom(seed));
		run(factory, threads, (thread) -> tree.leaves.get(thread % tree.leaves.size()).pair(1 + thread * 7L));
		AtomicReferenceArray<List<long[]>> refused = new AtomicReferenceArray<>(threads);
		AtomicLong[] live = new AtomicLong[tree.leaves.size()];
		for (int i = 0; i < live.length; i++) {
			live[i] = new AtomicLong();
		}
		run(factory, threads, (thread) -> {
			SplittableRandom random = new SplittableRandom(seed + 31L * thread);
			List<long[]> mine = new ArrayList<>();
			int index = thread % live.length;
			for (int i = 0; i < 40; i++) {
				long size = 1L + random.nextInt(1 << random.nextInt(1, 13));
				if (tree.leaves.get(index).tryAllocate(size)) {
					live[index].addAndGet(size);
				}
				else {
					mine.add(new long[] { index, size });
				}
			}
			refused.set(thread, mine);
		});
		for (int thread = 0; thread < threads; thread++) {
			for (long[] request : refused.get(thread)) {
				assertThat(tree.fits((int) request[0], request[1]))
					.as("seed %d: %d bytes refused although they fit", seed, request[1])
					.isFalse();
			}
		}
		for (int i = 0; i < live.length; i++) {
			Leaf leaf = tree.leaves.get(i);
			leaf.ledger.reallocated(live[i].get(), 0, leaf.account);
		}
		tree.assertEmpty();
	}

	@Test
	void movingCredit_wandersFromLedgerToLedger_refusesNobodyWhoAlwaysFits() {
		movingCredit(PLATFORM);
	}

	@Test
	void movingCredit_virtualThreads_refusesNobodyWhoAlwaysFits() {
		movingCredit(VIRTUAL);
	}

	/*
	 * Three threads hold no more than two blocks of 50 bytes each, taken now through one
	 * ledger and now through another, and often given back by somebody else. So the other
	 * 700 are always free, though a look at one ledger after the other may not find them.
	 */
	private void movingCredit(ThreadFactory factory) {
		BudgetAccount root = new BudgetAccount(null, 1000, 1001, () -> {
			throw new AssertionError("more than the limit is in use");
		});
		BudgetAccount middle = new BudgetAccount(root, Budget.UNLIMITED);
		List<Leaf> leaves = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			leaves.add(new Leaf((i % 2 == 0) ? root : middle, Budget.UNLIMITED));
		}
		AtomicReferenceArray<@Nullable Leaf> handed = new AtomicReferenceArray<>(3);
		AtomicInteger refusals = new AtomicInteger();
		AtomicBoolean done = new AtomicBoolean();
		run(factory, 4, (thread) -> {
			SplittableRandom random = new SplittableRandom(this.seed + thread);
			if (thread == 3) {
				Leaf large = new Leaf(root, Budget.UNLIMITED);
				for (int i = 0; i < 40_000; i++) {
					// now retained, now not
					if (i % 8 == 0) {
						refusals.addAndGet(large.pair(700) ? 0 : 1);
					}
					else if (root.tryReserve(700) == null) {
						root.release(700);
					}
					else {
						refusals.incrementAndGet();
					}
				}
				done.set(true);
				large.ledger.close();
				return;
			}
			while (!done.get()) {
				Leaf leaf = leaves.get(random.nextInt(leaves.size()));
				Leaf before = handed.getAndSet(thread, null);
				if (before != null) {
					before.free(50);
				}
				if (!leaf.tryAllocate(50)) {
					refusals.incrementAndGet();
				}
				else if (random.nextBoolean()) {
					leaf.free(50);
					// leaves some behind wherever it comes
					for (Leaf next : leaves) {
						refusals.addAndGet(next.pair(50) ? 0 : 1);
					}
				}
				else {
					handed.set(thread, leaf);
					Leaf other = handed.getAndSet((thread + 1) % 3, null);
					if (other != null) {
						other.free(50);
					}
				}
			}
		});
		for (int i = 0; i < 3; i++) {
			Leaf leaf = handed.get(i);
			if (leaf != null) {
				leaf.free(50);
			}
		}
		assertThat(refusals).as("seed %d", this.seed).hasValue(0);
		assertThat(root.peak()).isBetween(700L, 1000L);
		leaves.forEach(Leaf::assertEmpty);
		BudgetAccountTests.assertEmpty(root);
	}

	@Test
	void setLimit_raisedBeforeAndLoweredAfterALargeRequest_refusesNobodyWhoAlwaysFits() {
		BudgetAccount root = new BudgetAccount(null, 100);
		Leaf large = new Leaf(root, Budget.UNLIMITED);
		Leaf small = new Leaf(root, Budget.UNLIMITED);
		AtomicInteger refusals = new AtomicInteger();
		run(PLATFORM, 2, (thread) -> {
			for (int i = 0; i < 100_000; i++) {
				if (thread == 0) {
					root.setLimit(200);
					refusals.addAndGet(large.pair(150) ? 0 : 1);
					root.setLimit(100);
				}
				else {
					refusals.addAndGet(small.pair(50) ? 0 : 1);
				}
			}
		});
		assertThat(refusals).hasValue(0);
		large.assertEmpty();
		small.assertEmpty();
	}

	@Test
	void setLimit_lowered_isNotExceededByMeansOfOldCredit() {
		BudgetAccount root = new BudgetAccount(null, 1000);
		List<Leaf> leaves = List.of(new Leaf(root, 1000), new Leaf(root, 1000), new Leaf(root, 1000));
		// what is known to be in use, a little less than what is
		AtomicLong live = new AtomicLong();
		AtomicInteger exceeded = new AtomicInteger();
		AtomicBoolean done = new AtomicBoolean();
		run(PLATFORM, 4, (thread) -> {
			if (thread < 3) {
				while (!done.get()) {
					if (leaves.get(thread).tryAllocate(90)) {
						live.addAndGet(90);
						live.addAndGet(-90);
						leaves.get(thread).free(90);
					}
				}
				return;
			}
			for (int i = 0; i < 20_000; i++) {
				root.setLimit(1000);
				Thread.onSpinWait();
				root.setLimit(100);
				while (root.used() > 100) {
					Thread.onSpinWait();
				}
				for (int sample = 0; sample < 20; sample++) {
					if (live.get() > 100 || root.used() > 100) {
						exceeded.incrementAndGet();
					}
				}
			}
			done.set(true);
		});
		assertThat(exceeded).hasValue(0);
		leaves.forEach(Leaf::assertEmpty);
	}

	@Test
	void setLimit_atEveryLevelWhileAllChurnAndClose_endsAtZero() {
		Tree tree = new Tree(new SplittableRandom(this.seed));
		run(PLATFORM, 16, (thread) -> {
			SplittableRandom random = new SplittableRandom(this.seed + thread);
			Leaf leaf = tree.leaves.get(thread % tree.leaves.size());
			for (int i = 0; i < 5_000; i++) {
				if (thread < 2) {
					BudgetAccount any = tree.accounts.get(random.nextInt(tree.accounts.size()));
					any.setLimit(random.nextBoolean() ? Budget.UNLIMITED : random.nextLong(10_000));
				}
				else if (thread == 2 && i == 2_500) {
					leaf.ledger.close();
				}
				else {
					leaf.pair(random.nextLong(4_000));
				}
			}
		});
		tree.assertEmpty();
	}

	@Test
	void peak_ofAChildWhoseParentRefuses_isNeverMoreThanWasGranted() {
		for (int round = 0; round < 50; round++) {
			BudgetAccount root = new BudgetAccount(null, 60);
			Leaf child = new Leaf(root, Budget.UNLIMITED);
			Leaf other = new Leaf(root, Budget.UNLIMITED);
			run(PLATFORM, 4, (thread) -> {
				for (int i = 0; i < 500; i++) {
					((thread == 3) ? other : child).pair((thread % 2 == 0) ? 100 : 10);
				}
			});
			assertThat(child.account.peak()).isLessThanOrEqualTo(10);
			assertThat(root.peak()).isLessThanOrEqualTo(20);
			child.assertEmpty();
			other.assertEmpty();
		}
	}

	@Test
	void liveBlocks_whoeverClosesAfterItWasZero_isOvertakenByNobody() {
		for (int round = 0; round < 300; round++) {
			Leaf leaf = new Leaf(new BudgetAccount(null, 1_000_000), Budget.UNLIMITED);
			AtomicBoolean closing = new AtomicBoolean();
			AtomicBoolean closed = new AtomicBoolean();
			AtomicInteger overtaken = new AtomicInteger();
			AtomicReferenceArray<@Nullable Object> handed = new AtomicReferenceArray<>(4);
			run(PLATFORM, 4, (thread) -> {
				if (thread == 3) {
					for (int i = 0; i < 200; i++) {
						Thread.onSpinWait();
					}
					closing.set(true);
					while (leaf.ledger.liveBlocks() != 0) {
						free(leaf, handed, 0);
						free(leaf, handed, 1);
						free(leaf, handed, 2);
					}
					closed.set(true);
					return;
				}
				while (!closing.get()) {
					assertThat(leaf.tryAllocate(10)).isTrue();
					if (closing.get()) {
						leaf.ledger.cancelled(10, leaf.account);
						return;
					}
					overtaken.addAndGet(closed.get() ? 1 : 0);
					// freed by the next thread, or by the one that closes
					while (!handed.compareAndSet(thread, null, true)) {
						free(leaf, handed, thread);
					}
					free(leaf, handed, (thread + 1) % 3);
				}
			});
			assertThat(overtaken).hasValue(0);
			leaf.assertEmpty();
		}
	}

	private static void free(Leaf leaf, AtomicReferenceArray<@Nullable Object> handed, int slot) {
		if (handed.getAndSet(slot, null) != null) {
			leaf.free(10);
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
		for (Thread thread : threads) {
			try {
				assertThat(thread.join(DEADLINE)).as("%s has ended", thread).isTrue();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}
		assertThat(failure.get()).isNull();
	}

	private static long seed() {
		long seed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
		System.out.println("LedgerRaceTests seed " + seed);
		return seed;
	}

	/**
	 * An account with its ledger.
	 */
	private static final class Leaf {

		final BudgetAccount account;

		final Ledger ledger;

		Leaf(BudgetAccount parent, long limit) {
			this.account = new BudgetAccount(parent, limit);
			this.ledger = new Ledger(this.account);
		}

		boolean tryAllocate(long bytes) {
			return this.ledger.tryAllocate(bytes, this.account) == null;
		}

		void free(long bytes) {
			this.ledger.deallocated(bytes, this.account);
		}

		boolean pair(long bytes) {
			boolean granted = tryAllocate(bytes);
			if (granted) {
				free(bytes);
			}
			return granted;
		}

		void assertEmpty() {
			assertThat(this.account.used()).isZero();
			assertThat(this.ledger.isValid()).isTrue();
			this.ledger.close();
			assertThat(this.ledger.credit()).isZero();
			assertThat(this.ledger.isListed()).isFalse();
			BudgetAccountTests.assertEmpty(this.account);
		}

	}

	/**
	 * Three levels: some tight, some loose, some without a limit.
	 */
	private static final class Tree {

		final List<BudgetAccount> accounts = new ArrayList<>();

		final List<Leaf> leaves = new ArrayList<>();

		Tree(SplittableRandom random) {
			BudgetAccount root = new BudgetAccount(null, limit(random, 20_000));
			this.accounts.add(root);
			for (int i = 0; i < 3; i++) {
				BudgetAccount middle = new BudgetAccount(root, limit(random, 9_000));
				this.accounts.add(middle);
				for (int j = 0; j < 3; j++) {
					Leaf leaf = new Leaf(middle, limit(random, 4_000));
					this.leaves.add(leaf);
					this.accounts.add(leaf.account);
				}
			}
		}

		private static long limit(SplittableRandom random, long usual) {
			return switch (random.nextInt(6)) {
				case 0 -> Budget.UNLIMITED;
				case 1 -> usual / 4;
				case 2 -> usual * 4;
				default -> usual / 2 + random.nextLong(usual);
			};
		}

		boolean fits(int leaf, long bytes) {
			for (BudgetAccount level = this.leaves.get(leaf).account; level != null; level = level.parent) {
				if (bytes > level.remaining()) {
					return false;
				}
			}
			return true;
		}

		@Nullable String exceeded() {
			for (BudgetAccount account : this.accounts) {
				long used = account.used();
				if (used > account.limit()) {
					return "used " + used + " of " + account.limit();
				}
			}
			return null;
		}

		void assertEmpty() {
			this.leaves.forEach(Leaf::assertEmpty);
			this.accounts.forEach(BudgetAccountTests::assertEmpty);
		}

	}

}
