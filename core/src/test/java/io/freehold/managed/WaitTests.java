package io.freehold.managed;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.Undecided;
import io.freehold.internal.sync.WaitLimit;
import io.freehold.region.Region;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of waits that would never end: of a reservation that no thread will ever decide.
 */
@Timeout(60)
class WaitTests {

	private static final Layout LAYOUT = Layout.of(60, 8);

	private final CheckingAlloc backend = new CheckingAlloc();

	private final Node root = (Node) ManagedAllocator.root(this.backend, (_) -> {
	});

	private final Node child = (Node) this.root.child("child", (spec) -> spec.limit(100));

	@AfterEach
	void returnEverything() {
		this.root.close();
		assertThat(this.root.budget().used()).isZero();
		this.backend.assertAllHome();
	}

	@Test
	void allocate_neverDecided_isRefusedAndNamesTheWait() {
		Undecided.leave(this.child.budget, 50);
		try (WaitLimit _ = WaitLimit.set(50_000_000)) {
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> this.child.allocate(LAYOUT))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.EXHAUSTED))
				.withMessageContaining("waited for")
				.withMessageContaining("reservations that other threads have not decided");
			Region region = this.child.openRegion();
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> region.allocate(LAYOUT))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.EXHAUSTED));
			region.close();
		}
		assertThat(this.root.budget().used()).as("nothing is left at the levels above").isZero();
		assertThat(this.child.stats().failures(Reason.EXHAUSTED)).isEqualTo(2);
		Undecided.settle(this.child.budget, 50);
		this.child.deallocate(this.child.allocate(LAYOUT), LAYOUT);
	}

}
