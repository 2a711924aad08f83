package io.freehold.managed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LeasesTests {

	private final Leases leases = new Leases();

	private static Lease lease() {
		return new Lease() {

			@Override
			PendingClose.Outcome tryRevoke() {
				return PendingClose.Outcome.DONE;
			}

		};
	}

	private Lease added() {
		Lease lease = lease();
		this.leases.add(lease);
		return lease;
	}

	@Test
	void open_isWhatWasAddedAndNotRemoved() {
		Lease first = added();
		Lease middle = added();
		Lease last = added();
		this.leases.remove(middle);
		assertThat(this.leases.open()).containsExactlyInAnyOrder(first, last);
		this.leases.remove(last);
		assertThat(this.leases.open()).containsExactly(first);
		this.leases.remove(first);
		assertThat(this.leases.open()).isEmpty();
		assertThat(this.leases.opened()).isEqualTo(3);
		assertThat(this.leases.closed()).isEqualTo(3);
	}

	@Test
	void remove_secondTime_countsNothing() {
		Lease kept = added();
		Lease lease = added();
		this.leases.remove(lease);
		this.leases.remove(lease);
		assertThat(this.leases.closed()).isEqualTo(1);
		assertThat(this.leases.open()).containsExactly(kept);
	}

	@Test
	void remove_ofALeaseThatWasNeverAdded_countsNothing() {
		this.leases.remove(lease());
		assertThat(this.leases.closed()).isZero();
	}

	@Test
	void remove_leavesNoWayToOthers() {
		Lease older = added();
		Lease lease = added();
		Lease younger = added();
		this.leases.remove(lease);
		assertThat(lease.next).isNull();
		assertThat(lease.previous).isNull();
		assertThat(older.previous).isSameAs(younger);
		assertThat(younger.next).isSameAs(older);
	}

	@Test
	void manyThreads_openAndCloseEachOthers_nothingIsLost() throws InterruptedException {
		int count = 20_000;
		List<Deque<Lease>> kept = new ArrayList<>();
		List<Thread> threads = new ArrayList<>();
		// so many are always on the way from one to another
		Deque<Lease> passed = new ArrayDeque<>(List.of(added(), added(), added()));
		for (int i = 0; i < 4; i++) {
			Deque<Lease> own = new ArrayDeque<>();
			SplittableRandom random = new SplittableRandom(i);
			kept.add(own);
			threads.add(((i % 2 == 0) ? Thread.ofPlatform() : Thread.ofVirtual()).unstarted(() -> {
				for (int j = 0; j < count; j++) {
					own.add(added());
					Lease other = exchange(passed, own.remove());
					if (random.nextInt(100) == 0) {
						own.add(other);
					}
					else {
						this.leases.remove(other);
					}
				}
			}));
		}
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join();
		}
		List<Lease> expected = new ArrayList<>(passed);
		kept.forEach(expected::addAll);
		assertThat(this.leases.open()).containsExactlyInAnyOrderElementsOf(expected);
		assertThat(this.leases.opened()).isEqualTo(4L * count + 3);
		assertThat(this.leases.closed()).isEqualTo(4L * count + 3 - expected.size());
		assertThat(this.leases.isValid()).isTrue();
	}

	/** Hands a lease to whoever comes next, and takes one that somebody else left. */
	private static Lease exchange(Deque<Lease> passed, Lease lease) {
		synchronized (passed) {
			passed.addLast(lease);
			return passed.removeFirst();
		}
	}

}
