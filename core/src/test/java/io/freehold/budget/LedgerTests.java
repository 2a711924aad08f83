package io.freehold.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a ledger retains, and who never notices.
 */
class LedgerTests {

	private final BudgetAccount root = new BudgetAccount(null, 1000);

	private final BudgetAccount one = new BudgetAccount(this.root, Budget.UNLIMITED);

	private final BudgetAccount other = new BudgetAccount(this.root, Budget.UNLIMITED);

	private final Ledger rootLedger = new Ledger(this.root);

	private final Ledger oneLedger = new Ledger(this.one);

	private final Ledger otherLedger = new Ledger(this.other);

	@AfterEach
	void everythingIsReleased() {
		for (Ledger ledger : List.of(this.oneLedger, this.rootLedger, this.otherLedger)) {
			ledger.close();
			assertThat(ledger.credit()).isZero();
			assertThat(ledger.isListed()).isFalse();
			assertThat(ledger.liveBlocks()).isZero();
			assertThat(ledger.isValid()).isTrue();
		}
		for (BudgetAccount account : List.of(this.root, this.one, this.other)) {
			BudgetAccountTests.assertEmpty(account);
			assertThat(account.roll == null || !Roll.isOdd(account.roll.mark())).isTrue();
		}
	}

	private static void pair(Ledger ledger, BudgetAccount account, long bytes) {
		assertThat(ledger.tryAllocate(bytes, account)).isNull();
		ledger.deallocated(bytes, account);
	}

	@Test
	void deallocated_retainsTheBytesAndShowsThemNowhere() {
		pair(this.oneLedger, this.one, 64);
		assertThat(this.oneLedger.credit()).isEqualTo(64);
		assertThat(this.one.used()).isZero();
		assertThat(this.root.used()).isZero();
		assertThat(this.root.remaining()).isEqualTo(1000);
		assertThat(this.oneLedger.isValid()).isTrue();
		assertThat(this.oneLedger).hasToString("used 0 of unlimited, 64 bytes retained");
		assertThat(this.oneLedger.tryAllocate(40)).isNull();
		assertThat(this.oneLedger.credit()).isEqualTo(24);
		assertThat(this.root.used()).isEqualTo(40);
		this.oneLedger.deallocated(40, this.one);
	}

	@Test
	void deallocated_moreThanTheBound_isReleasedAtOnce() {
		this.root.setLimit(Budget.UNLIMITED);
		pair(this.oneLedger, this.one, Ledger.MAX_CREDIT + 1);
		assertThat(this.oneLedger.credit()).isZero();
		assertThat(this.oneLedger.isListed()).isFalse();
		for (int i = 0; i < 100; i++) {
			assertThat(this.oneLedger.tryAllocate(1000)).isNull();
		}
		for (int i = 0; i < 100; i++) {
			this.oneLedger.deallocated(1000, this.one);
		}
		assertThat(this.oneLedger.credit()).isEqualTo(65_000);
		assertThat(this.root.used()).isZero();
	}

	@Test
	void tryAllocate_creditDoesNotSuffice_servesWhatFits() {
		pair(this.oneLedger, this.one, 600);
		assertThat(this.oneLedger.tryAllocate(1000)).isNull();
		assertThat(this.oneLedger.tryAllocate(1)).isSameAs(this.root);
		this.oneLedger.deallocated(1000, this.one);
	}

	@Test
	void tryAllocate_siblingNeedsTheBytes_getsThem() {
		pair(this.oneLedger, this.one, 900);
		assertThat(this.otherLedger.tryAllocate(950)).isNull();
		assertThat(this.oneLedger.credit()).isZero();
		assertThat(this.oneLedger.isListed()).isFalse();
		assertThat(this.oneLedger.tryAllocate(51)).isSameAs(this.root);
		this.otherLedger.deallocated(950, this.other);
	}

	@Test
	void tryAllocate_ancestorNeedsTheBytes_getsThem() {
		pair(this.oneLedger, this.one, 400);
		pair(this.otherLedger, this.other, 400);
		assertThat(this.rootLedger.tryAllocate(1000)).isNull();
		assertThat(this.oneLedger.credit() + this.otherLedger.credit()).isZero();
		this.rootLedger.deallocated(1000, this.root);
	}

	@Test
	void tryAllocate_refused_namesTheLevelAndChangesNothing() {
		BudgetAccount leaf = new BudgetAccount(this.one, 100);
		Ledger ledger = new Ledger(leaf);
		assertThat(ledger.tryAllocate(30)).isNull();
		pair(ledger, leaf, 70);
		assertThat(ledger.tryAllocate(71)).isSameAs(leaf);
		assertThat(this.root.used()).isEqualTo(30);
		assertThat(ledger.counts().allocations()).isEqualTo(2);
		assertThat(ledger.counts().allocatedBytes()).isEqualTo(100);
		assertThat(ledger.tryAllocate(70)).isNull();
		ledger.deallocated(100, leaf);
		ledger.deallocated(0, leaf);
		ledger.close();
	}

	@Test
	void tryAllocate_moreThanTheLimit_recallsNothing() {
		pair(this.oneLedger, this.one, 400);
		assertThat(this.otherLedger.tryAllocate(1001)).isSameAs(this.root);
		assertThat(this.oneLedger.credit()).isEqualTo(400);
	}

	@Test
	void cancelled_isNotCounted() {
		assertThat(this.oneLedger.tryAllocate(64)).isNull();
		assertThat(this.oneLedger.liveBlocks()).isEqualTo(1);
		this.oneLedger.cancelled(64, this.one);
		assertThat(this.oneLedger.liveBlocks()).isZero();
		assertThat(this.oneLedger.counts()).isEqualTo(new Ledger.Counts(0, 0, 0, 0, 0));
	}

	@Test
	void counts_cancelledInAnotherStripeWhileTheyAreRead_isNeverLessThanNothing() {
		Stripe one = new Stripe();
		Stripe other = new Stripe();
		Ledger.Counts counts = one.ends().plus(other.ends()).plus(one.begins());
		one.allocated(100);
		other.cancelled(100);
		assertThat(counts.plus(other.begins())).isEqualTo(new Ledger.Counts(0, 0, 0, 0, 0));
		assertThat(one.liveBlocks() + other.liveBlocks()).isZero();
		assertThat(one.ends().plus(other.ends()).plus(one.begins()).plus(other.begins()))
			.isEqualTo(new Ledger.Counts(0, 0, 0, 0, 0));
	}

	@Test
	void largeBlock_isCountedWhenItIsThere() {
		long bytes = Ledger.MAX_CREDIT + 1;
		BudgetAccount account = new BudgetAccount(null, Budget.UNLIMITED);
		Ledger ledger = new Ledger(account);
		assertThat(ledger.tryAllocate(bytes)).isNull();
		assertThat(ledger.liveBlocks()).isEqualTo(1);
		assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(0, 0, 0, 0, 0));
		ledger.cancelled(bytes, account);
		assertThat(ledger.liveBlocks()).isZero();
		assertThat(ledger.tryAllocate(bytes)).isNull();
		ledger.allocated(bytes);
		assertThat(ledger.liveBlocks()).isEqualTo(1);
		assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 0, 0, bytes, 0));
		ledger.deallocated(bytes, account);
		assertThat(ledger.liveBlocks()).isZero();
		assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 1, 0, bytes, bytes));
		assertThat(account.used()).isZero();
	}

	@Test
	void largeBlock_freedByACloseBeforeItIsCounted_isNeverLessThanNothing() {
		long bytes = Ledger.MAX_CREDIT + 1;
		BudgetAccount account = new BudgetAccount(null, Budget.UNLIMITED);
		Ledger ledger = new Ledger(account);
		assertThat(ledger.tryAllocate(bytes)).isNull();
		ledger.deallocated(bytes, account);
		assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 1, 0, bytes, bytes));
		ledger.allocated(bytes);
		assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 1, 0, bytes, bytes));
		assertThat(ledger.liveBlocks()).isZero();
	}

	@Test
	void reallocated_countsOnlyTheDifference() {
		assertThat(this.oneLedger.tryAllocate(10)).isNull();
		assertThat(this.oneLedger.tryReserve(40)).isNull();
		this.oneLedger.reallocated(10, 50, this.one);
		assertThat(this.root.used()).isEqualTo(50);
		this.oneLedger.reallocated(50, 20, this.one);
		assertThat(this.root.used()).isEqualTo(20);
		assertThat(this.oneLedger.tryReserve(981)).isSameAs(this.root);
		assertThat(this.oneLedger.tryReserve(980)).isNull();
		this.oneLedger.release(980, this.one);
		this.oneLedger.reallocated(20, 20, this.one);
		assertThat(this.oneLedger.counts()).isEqualTo(new Ledger.Counts(1, 0, 3, 50, 30));
		this.oneLedger.deallocated(20, this.one);
	}

	@Test
	void through_anAccountOfARegion_isReleasedAtOnceAndCountedHere() {
		BudgetAccount region = new BudgetAccount(this.one, 100);
		assertThat(this.oneLedger.tryAllocate(101, region)).isSameAs(region);
		assertThat(this.oneLedger.tryAllocate(100, region)).isNull();
		assertThat(this.oneLedger.liveBlocks()).isEqualTo(1);
		this.oneLedger.deallocated(100, region);
		assertThat(this.oneLedger.tryAllocate(1, region)).isNull();
		this.oneLedger.cancelled(1, region);
		assertThat(this.oneLedger.isListed()).isFalse();
		assertThat(region.roll).isNull();
		assertThat(this.oneLedger.counts()).isEqualTo(new Ledger.Counts(1, 1, 0, 100, 100));
	}

	@Test
	void setLimit_lowered_recallsWhatCouldGetAroundIt() {
		assertThat(this.oneLedger.tryAllocate(50)).isNull();
		pair(this.oneLedger, this.one, 60);
		this.root.setLimit(100);
		assertThat(this.oneLedger.credit()).isZero();
		assertThat(this.oneLedger.tryAllocate(60)).isSameAs(this.root);
		assertThat(this.oneLedger.tryAllocate(50)).isNull();
		this.oneLedger.deallocated(50, this.one);
		this.oneLedger.deallocated(50, this.one);
	}

	@Test
	void setLimit_belowUsed_letsNothingBeRetainedUntilEnoughIsFreed() {
		for (int i = 0; i < 3; i++) {
			assertThat(this.oneLedger.tryAllocate(64)).isNull();
		}
		this.root.setLimit(100);
		this.oneLedger.deallocated(64, this.one);
		assertThat(this.oneLedger.credit()).isZero();
		assertThat(this.oneLedger.tryAllocate(64)).isSameAs(this.root);
		this.oneLedger.deallocated(64, this.one);
		assertThat(this.oneLedger.tryAllocate(36)).isNull();
		this.oneLedger.deallocated(36, this.one);
		assertThat(this.oneLedger.credit()).isEqualTo(36);
		this.oneLedger.deallocated(64, this.one);
	}

	@Test
	void setLimit_aboveWhatIsReserved_recallsNothing() {
		pair(this.oneLedger, this.one, 60);
		this.one.setLimit(60);
		this.root.setLimit(2000);
		assertThat(this.oneLedger.credit()).isEqualTo(60);
		this.one.setLimit(59);
		assertThat(this.oneLedger.credit()).isZero();
	}

	@Test
	void close_releasesAndRetainsNothingAnyMore() {
		pair(this.rootLedger, this.root, 500);
		assertThat(this.oneLedger.tryAllocate(64)).isNull();
		pair(this.oneLedger, this.one, 64);
		pair(this.otherLedger, this.other, 64);
		pair(this.rootLedger, this.root, 64);
		this.rootLedger.close();
		this.oneLedger.close();
		assertThat(this.oneLedger.credit()).isZero();
		assertThat(this.otherLedger.credit()).isEqualTo(64);
		this.oneLedger.deallocated(64, this.one);
		assertThat(this.oneLedger.isListed()).isFalse();
		assertThat(this.otherLedger.isValid()).isTrue();
	}

	@Test
	void peak_ofTheOnlyAccountInUse_isExact() {
		pair(this.oneLedger, this.one, 100);
		assertThat(this.oneLedger.tryAllocate(60)).isNull();
		assertThat(this.oneLedger.tryAllocate(50)).isNull();
		assertThat(this.one.peak()).isEqualTo(110);
		assertThat(this.root.peak()).isEqualTo(110);
		assertThat(this.oneLedger.tryAllocate(40)).isNull();
		assertThat(this.one.peak()).isEqualTo(150);
		assertThat(this.root.peak()).isEqualTo(150);
		for (long bytes : new long[] { 60, 50, 40 }) {
			this.oneLedger.deallocated(bytes, this.one);
		}
	}

	@Test
	void peak_ofAccountsUsedInTurn_isNotTheirSum() {
		for (int i = 0; i < 10; i++) {
			pair(this.oneLedger, this.one, 320);
			pair(this.otherLedger, this.other, 20);
		}
		assertThat(this.oneLedger.credit() + this.otherLedger.credit()).as("within the slack").isEqualTo(340);
		assertThat(this.root.peak()).isEqualTo(320);
	}

	@Test
	void softLimit_isNotReachedByWhatIsRetained() {
		AtomicInteger reports = new AtomicInteger();
		BudgetAccount top = new BudgetAccount(null, 1000, 100, reports::incrementAndGet);
		BudgetAccount left = new BudgetAccount(top, 1000);
		BudgetAccount right = new BudgetAccount(top, 1000);
		Ledger leftLedger = new Ledger(left);
		Ledger rightLedger = new Ledger(right);
		pair(leftLedger, left, 60);
		pair(rightLedger, right, 60);
		assertThat(reports).hasValue(0);
		assertThat(rightLedger.tryAllocate(60)).isNull();
		pair(leftLedger, left, 39);
		assertThat(reports).hasValue(0);
		assertThat(leftLedger.tryAllocate(40)).isNull();
		assertThat(reports).hasValue(1);
		leftLedger.deallocated(40, left);
		rightLedger.deallocated(60, right);
		assertThat(top.used()).isZero();
	}

	@Test
	void softLimit_reportThatThrows_leavesNothingReservedOrCounted() {
		BudgetAccount top = new BudgetAccount(null, 1000, 50, () -> {
			throw new UnsupportedOperationException("no log");
		});
		Ledger ledger = new Ledger(top);
		assertThatThrownBy(() -> ledger.tryAllocate(60)).isInstanceOf(UnsupportedOperationException.class);
		assertThat(ledger.liveBlocks()).isZero();
		BudgetAccountTests.assertEmpty(top);
	}

	@Test
	void randomProgram_oneThread_isThatOfAccountsThatRetainNothing() {
		long seed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
		System.out.println("LedgerTests seed " + seed);
		for (int round = 0; round < 300; round++) {
			new Program(seed + round).run();
		}
	}

	/**
	 * A tree with ledgers beside one of the same shape without, to which the same is
	 * done.
	 */
	private static final class Program {

		private final SplittableRandom random;

		private final List<BudgetAccount> accounts = new ArrayList<>();

		private final List<Ledger> ledgers = new ArrayList<>();

		private final List<BudgetAccount> model = new ArrayList<>();

		private final List<long[]> live = new ArrayList<>();

		private final AtomicInteger reports = new AtomicInteger();

		private final AtomicInteger modelReports = new AtomicInteger();

		private final String what;

		/** Whether peaks are looked at all the time, which settles them. */
		private final boolean peaksAreRead;

		Program(long seed) {
			this.random = new SplittableRandom(seed);
			this.what = "seed " + seed;
			this.peaksAreRead = this.random.nextBoolean();
			add(-1);
			for (int i = 0; i < 3; i++) {
				add(this.random.nextInt(this.accounts.size()));
			}
		}

		private void add(int parent) {
			long limit = limit();
			long softLimit = limit();
			this.accounts.add(new BudgetAccount((parent < 0) ? null : this.accounts.get(parent), limit, softLimit,
					this.reports::incrementAndGet));
			this.ledgers.add(new Ledger(this.accounts.getLast()));
			this.model.add(new BudgetAccount((parent < 0) ? null : this.model.get(parent), limit, softLimit,
					this.modelReports::incrementAndGet));
		}

		private long limit() {
			return this.random.nextBoolean() ? Budget.UNLIMITED : this.random.nextLong(3000);
		}

		void run() {
			for (int i = 0; i < 400; i++) {
				int index = this.random.nextInt(this.accounts.size());
				long bytes = this.random.nextLong(1L << this.random.nextInt(1, 11));
				switch (this.random.nextInt(20)) {
					case 0 -> {
						long limit = limit();
						this.accounts.get(index).setLimit(limit);
						this.model.get(index).setLimit(limit);
					}
					case 1, 2, 3, 4, 5, 6, 7, 8 -> allocate(index, bytes);
					case 9 -> resize(bytes);
					default -> free();
				}
				agree(this.peaksAreRead);
			}
			while (!this.live.isEmpty()) {
				free();
			}
			agree(true);
			this.ledgers.forEach(Ledger::close);
			this.accounts.forEach(BudgetAccountTests::assertEmpty);
		}

		private void allocate(int index, long bytes) {
			BudgetAccount refuser = this.ledgers.get(index).tryAllocate(bytes);
			assertThat(index(this.accounts, refuser)).as(this.what)
				.isEqualTo(index(this.model, this.model.get(index).tryReserve(bytes)));
			if (refuser == null) {
				this.live.add(new long[] { index, bytes });
			}
		}

		private static int index(List<BudgetAccount> accounts, @Nullable BudgetAccount account) {
			return (account != null) ? accounts.indexOf(account) : -1;
		}

		private void resize(long bytes) {
			if (this.live.isEmpty()) {
				return;
			}
			long[] block = this.live.get(this.random.nextInt(this.live.size()));
			int index = (int) block[0];
			long growth = Math.max(0, bytes - block[1]);
			BudgetAccount refuser = this.ledgers.get(index).tryReserve(growth);
			assertThat(index(this.accounts, refuser)).as(this.what)
				.isEqualTo(index(this.model, this.model.get(index).tryReserve(growth)));
			if (refuser == null) {
				this.ledgers.get(index).reallocated(block[1], bytes, this.accounts.get(index));
				this.model.get(index).release(Math.max(0, block[1] - bytes));
				block[1] = bytes;
			}
		}

		private void free() {
			if (!this.live.isEmpty()) {
				long[] block = this.live.remove(this.random.nextInt(this.live.size()));
				int index = (int) block[0];
				this.ledgers.get(index).deallocated(block[1], this.accounts.get(index));
				this.model.get(index).release(block[1]);
			}
		}

		private void agree(boolean peaks) {
			for (int i = 0; i < this.accounts.size(); i++) {
				BudgetAccount account = this.accounts.get(i);
				assertThat(account.used()).as(this.what).isEqualTo(this.model.get(i).used());
				if (peaks) {
					long peak = this.model.get(i).peak();
					assertThat(account.peak()).as(this.what).isBetween(peak - peak / 16 - 1, peak);
				}
				assertThat(this.ledgers.get(i).isValid()).as(this.what).isTrue();
			}
			assertThat(this.reports).as(this.what).hasValue(this.modelReports.get());
			assertThat(this.ledgers.stream().mapToLong(Ledger::liveBlocks).sum()).isEqualTo(this.live.size());
		}

	}

	@Test
	void reservation_aLittleAboveThePeak_needsNoLockOfTheTree() throws InterruptedException {
		BudgetAccount top = new BudgetAccount(null, Budget.UNLIMITED);
		BudgetAccount idle = new BudgetAccount(top, Budget.UNLIMITED);
		BudgetAccount busy = new BudgetAccount(top, Budget.UNLIMITED);
		Ledger retaining = new Ledger(idle);
		assertThat(top.tryReserve(8 << 20)).isNull();
		assertThat(retaining.tryAllocate(32 << 10)).isNull();
		retaining.deallocated(32 << 10, idle);
		Thread reserving = Thread.ofPlatform().daemon().unstarted(() -> {
			assertThat(busy.tryReserve(64)).isNull();
			busy.release(64);
		});
		top.tree.lock();
		try {
			reserving.start();
			assertThat(reserving.join(Duration.ofSeconds(30))).isTrue();
		}
		finally {
			top.tree.unlock();
		}
		assertThat(top.used()).isEqualTo(8 << 20);
		assertThat(top.peak()).isEqualTo((8 << 20) + (32 << 10));
	}

	@Test
	void recentlyUsed_ofAFew_isWhatIsUsed() {
		BudgetAccount top = new BudgetAccount(null, Budget.UNLIMITED);
		for (int i = 0; i < 10; i++) {
			BudgetAccount account = new BudgetAccount(top, Budget.UNLIMITED);
			Ledger retaining = new Ledger(account);
			assertThat(retaining.tryAllocate(100)).isNull();
			assertThat(retaining.tryAllocate(50)).isNull();
			retaining.deallocated(50, account);
			assertThat(top.recentlyUsed()).isEqualTo(100L * (i + 1)).isEqualTo(top.used());
			assertThat(account.recentlyUsed()).isEqualTo(100);
			assertThat(account.reserved()).isEqualTo(150);
		}
	}

}
