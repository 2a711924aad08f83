package io.freehold.budget;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BudgetAccountTests {

	@Test
	void tryReserve_limitZero_refusesEverythingUntilItIsRemoved() {
		BudgetAccount account = new BudgetAccount(null, 0);
		assertThat(account.tryReserve(1)).isSameAs(account);
		assertThat(account.tryReserve(0)).isNull();
		account.setLimit(Budget.UNLIMITED);
		assertThat(account.tryReserve(1)).isNull();
		assertThat(account.used()).isEqualTo(1);
		account.release(1);
		assertEmpty(account);
	}

	@Test
	void setLimit_withLiveBytes_decidesWhatComesNext() {
		BudgetAccount account = new BudgetAccount(null, 512);
		assertThat(account.tryReserve(10)).isNull();
		assertThat(account.tryReserve(2048)).isSameAs(account);
		account.setLimit(16_384);
		assertThat(account.tryReserve(2048)).isNull();
		assertThat(account.limit()).isGreaterThanOrEqualTo(account.used());
		account.release(2058);
		assertEmpty(account);
	}

	@Test
	void setLimit_removedWithLiveBytes_allowsAnything() {
		BudgetAccount account = new BudgetAccount(null, 512);
		assertThat(account.tryReserve(512)).isNull();
		account.setLimit(Budget.UNLIMITED);
		assertThat(account.tryReserve(1L << 40)).isNull();
		assertThat(account.remaining()).isEqualTo(Budget.UNLIMITED);
		account.release(512 + (1L << 40));
		assertEmpty(account);
	}

	@Test
	void setLimit_belowUsed_takesNothingAwayAndRefusesUntilEnoughIsFreed() {
		BudgetAccount account = new BudgetAccount(null, 100);
		assertThat(account.tryReserve(80)).isNull();
		account.setLimit(50);
		assertThat(account.used()).isEqualTo(80);
		assertThat(account.remaining()).isZero();
		assertThat(account.tryReserve(1)).isSameAs(account);
		account.release(40);
		assertThat(account.remaining()).isEqualTo(10);
		assertThat(account.tryReserve(11)).isSameAs(account);
		assertThat(account.tryReserve(10)).isNull();
		account.release(50);
		assertEmpty(account);
	}

	@Test
	void tryReserve_limit64_stillServesOneByte() {
		BudgetAccount account = new BudgetAccount(null, 64);
		assertThat(account.tryReserve(1)).isNull();
		account.release(1);
		assertEmpty(account);
	}

	@Test
	void tryReserve_exactFit_isServedAndOneMoreByteIsNot() {
		BudgetAccount account = new BudgetAccount(null, 30 << 20);
		assertThat(account.tryReserve((30 << 20) + 1)).isSameAs(account);
		assertThat(account.tryReserve(30 << 20)).isNull();
		assertThat(account.remaining()).isZero();
		assertThat(account.tryReserve(1)).isSameAs(account);
		account.release(30 << 20);
		assertThat(account.remaining()).isEqualTo(30 << 20);
		assertEmpty(account);
	}

	@Test
	void tryReserve_refusedByAnAncestor_reservesNowhere() {
		BudgetAccount root = new BudgetAccount(null, 100);
		BudgetAccount middle = new BudgetAccount(root, Budget.UNLIMITED);
		BudgetAccount leaf = new BudgetAccount(middle, 1000);
		assertThat(leaf.tryReserve(101)).isSameAs(root);
		assertEmpty(leaf);
		assertThat(leaf.tryReserve(100)).isNull();
		assertThat(root.used()).isEqualTo(100);
		assertThat(middle.used()).isEqualTo(100);
		assertThat(leaf.used()).isEqualTo(100);
		assertThat(middle.tryReserve(1)).isSameAs(root);
		leaf.release(100);
		assertEmpty(leaf);
		assertThat(middle.used()).isZero();
		assertThat(root.used()).isZero();
	}

	@Test
	void tryReserve_refusedByTheLeaf_namesTheLeaf() {
		BudgetAccount root = new BudgetAccount(null, 100);
		BudgetAccount leaf = new BudgetAccount(root, 10);
		assertThat(leaf.tryReserve(11)).isSameAs(leaf);
		assertEmpty(leaf);
	}

	@Test
	void tryReserve_moreThanAnyAddressSpace_isRefusedWithoutALimit() {
		BudgetAccount account = new BudgetAccount(null, Budget.UNLIMITED);
		assertThat(account.tryReserve(Long.MAX_VALUE)).isSameAs(account);
		assertThat(account.tryReserve((1L << 48) - 1)).isNull();
		assertThat(account.tryReserve(1)).isSameAs(account);
		account.release((1L << 48) - 1);
		assertEmpty(account);
	}

	@Test
	void limits_negative_areRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BudgetAccount(null, -1)).withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> new BudgetAccount(null, 1, -7, () -> {
		})).withMessageContaining("-7");
		BudgetAccount account = new BudgetAccount(null, 5);
		assertThatIllegalArgumentException().isThrownBy(() -> account.setLimit(-3)).withMessageContaining("-3");
		assertThatIllegalArgumentException().isThrownBy(() -> account.view().setLimit(Long.MIN_VALUE));
		assertThat(account.limit()).isEqualTo(5);
	}

	@Test
	void peak_isTheMostEverInUseAtEveryLevel() {
		BudgetAccount root = new BudgetAccount(null, 1000);
		BudgetAccount one = new BudgetAccount(root, 1000);
		BudgetAccount other = new BudgetAccount(root, 1000);
		assertThat(one.tryReserve(600)).isNull();
		assertThat(other.tryReserve(300)).isNull();
		assertThat(other.tryReserve(500)).isSameAs(root);
		one.release(600);
		assertThat(other.tryReserve(100)).isNull();
		assertThat(root.peak()).isEqualTo(900);
		assertThat(one.peak()).isEqualTo(600);
		assertThat(other.peak()).isEqualTo(400);
		other.release(400);
		assertThat(root.peak()).isEqualTo(900);
		assertEmpty(one);
		assertEmpty(other);
	}

	@Test
	void softLimit_isReportedOnceAndRefusesNothing() {
		AtomicInteger reports = new AtomicInteger();
		BudgetAccount account = new BudgetAccount(null, 100, 50, reports::incrementAndGet);
		assertThat(account.tryReserve(49)).isNull();
		assertThat(reports).hasValue(0);
		assertThat(account.tryReserve(1)).isNull();
		assertThat(reports).hasValue(1);
		assertThat(account.tryReserve(50)).isNull();
		account.release(100);
		assertThat(account.tryReserve(80)).isNull();
		assertThat(reports).hasValue(1);
		assertThat(account.softLimit()).isEqualTo(50);
		account.release(80);
		assertEmpty(account);
	}

	@Test
	void softLimit_reachedByARefusedRequest_isNotReported() {
		AtomicInteger reports = new AtomicInteger();
		BudgetAccount root = new BudgetAccount(null, 10);
		BudgetAccount leaf = new BudgetAccount(root, 100, 50, reports::incrementAndGet);
		assertThat(leaf.tryReserve(60)).isSameAs(root);
		assertThat(reports).hasValue(0);
		assertThat(leaf.peak()).isZero();
		assertEmpty(leaf);
	}

	@Test
	void softLimit_reportThatAsksForMore_isAnsweredAtOnce() {
		// whoever is told may use the budget himself: a log that writes off the heap
		AtomicInteger refused = new AtomicInteger();
		BudgetAccount[] leaf = new BudgetAccount[1];
		BudgetAccount root = new BudgetAccount(null, 100, 50, () -> {
			if (leaf[0].tryReserve(90) != null) {
				refused.incrementAndGet();
			}
		});
		leaf[0] = new BudgetAccount(root, 80);
		assertThat(leaf[0].tryReserve(60)).isNull();
		assertThat(refused).hasValue(1);
		leaf[0].release(60);
		assertEmpty(leaf[0]);
	}

	@Test
	void softLimit_reportThatThrows_leavesNothingReserved() {
		BudgetAccount root = new BudgetAccount(null, 100, 50, () -> {
			throw new UnsupportedOperationException("no log");
		});
		BudgetAccount leaf = new BudgetAccount(root, 80);
		assertThatThrownBy(() -> leaf.tryReserve(60)).isInstanceOf(UnsupportedOperationException.class);
		assertEmpty(leaf);
		assertEmpty(root);
		assertThat(leaf.tryReserve(60)).isNull();
		leaf.release(60);
		assertEmpty(leaf);
	}

	@Test
	void view_showsTheAccountAndSetsItsLimit() {
		BudgetAccount account = new BudgetAccount(null, 100, 70, () -> {
		});
		Budget view = account.view();
		assertThat(account.tryReserve(30)).isNull();
		assertThat(view.used()).isEqualTo(30);
		assertThat(view.peak()).isEqualTo(30);
		assertThat(view.softLimit()).isEqualTo(70);
		assertThat(view.remaining()).isEqualTo(70);
		assertThat(view).hasToString("used 30 of 100 bytes").isNotInstanceOf(BudgetAccount.class);
		view.setLimit(Budget.UNLIMITED);
		assertThat(account.limit()).isEqualTo(Budget.UNLIMITED);
		assertThat(account).hasToString("used 30 of unlimited");
		account.release(30);
		assertEmpty(account);
	}

	static void assertEmpty(BudgetAccount account) {
		assertThat(account.used()).isZero();
		assertThat(account.isValid()).isTrue();
	}

}
