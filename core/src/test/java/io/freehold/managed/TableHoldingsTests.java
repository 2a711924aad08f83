package io.freehold.managed;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.Layout;
import io.freehold.managed.Holdings.Held;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TableHoldingsTests {

	private final long seed = Race.seed(this);

	private final CheckingAlloc backend = new CheckingAlloc();

	private final TableHoldings holdings = new TableHoldings(this.backend);

	@AfterEach
	void everythingGoesHome() {
		this.holdings.drain((_, _) -> {
		});
		assertThat(this.holdings.isValid()).isTrue();
		this.backend.assertAllHome();
	}

	@Test
	void free_otherLayout_tellsTheRecordAndChangesNothing() {
		long address = this.holdings.allocate(24, 8, false);
		Held record = new Held(address, 24, 8);
		assertThat(this.holdings.free(address, 25, 8)).isEqualTo(record);
		assertThat(this.holdings.free(address, 24, 4)).isEqualTo(record);
		assertThat(this.holdings.claim(address, 16, 8)).isEqualTo(record);
		assertThat(this.holdings.free(address + 8, 16, 8)).isSameAs(Held.ABSENT);
		assertThat(this.backend.frees()).isZero();
		assertThat(this.holdings.free(address, 24, 8)).isNull();
		assertThat(this.holdings.free(address, 24, 8)).isSameAs(Held.ABSENT);
	}

	@Test
	void find_startAndInside_tellsTheRecord() {
		long address = this.holdings.allocate(100, 4, true);
		Held record = new Held(address, 100, 4);
		assertThat(this.holdings.find(address)).isEqualTo(record);
		assertThat(this.holdings.find(address + 99)).isEqualTo(record);
		assertThat(this.holdings.find(address + 100)).isNull();
		assertThat(this.holdings.find(address - 1)).isNull();
	}

	@Test
	void allocate_backendRefuses_recordsNothing() {
		this.backend.refuse(1);
		assertThat(this.holdings.allocate(10, 1, false)).isZero();
		this.holdings.drain((_, _) -> {
			throw new AssertionError("nothing was recorded");
		});
	}

	@Test
	void claim_hidesTheBlockUntilItIsRestored() {
		long address = this.holdings.allocate(10, 1, false);
		assertThat(this.holdings.claim(address, 10, 1)).isNull();
		assertThat(this.holdings.claim(address, 10, 1)).isSameAs(Held.ABSENT);
		assertThat(this.holdings.free(address, 10, 1)).isSameAs(Held.ABSENT);
		assertThat(this.holdings.isValid()).isTrue();
		this.holdings.restore(address, 10, 1);
		assertThat(this.holdings.find(address)).isEqualTo(new Held(address, 10, 1));
	}

	@Test
	void record_putsTheNewBlockInThePlaceOfTheOld() {
		long address = this.holdings.allocate(10, 1, false);
		long larger = replace(address, 10, 50);
		long smaller = replace(larger, 50, 20);
		assertThat(this.holdings.find(smaller)).isEqualTo(new Held(smaller, 20, 1));
		assertThat(this.holdings.free(smaller, 20, 1)).isNull();
		assertThat(this.backend.live()).isZero();
	}

	private long replace(long address, long oldSize, long newSize) {
		assertThat(this.holdings.claim(address, oldSize, 1)).isNull();
		long moved = this.holdings.reallocate(address, oldSize, 1, newSize);
		this.holdings.record(moved, newSize, 1, oldSize);
		this.holdings.settle(address);
		return moved;
	}

	@Test
	void drain_whileABlockIsBeingReplaced_waitsAndTakesTheReplacement() {
		long address = this.holdings.allocate(10, 1, false);
		assertThat(this.holdings.claim(address, 10, 1)).isNull();
		AtomicLong drained = new AtomicLong();
		Thread drainer = Thread.ofPlatform()
			.daemon()
			.start(() -> this.holdings.drain((_, size) -> drained.addAndGet(size)));
		Race.await("the drain waits", () -> drainer.getState() == Thread.State.WAITING);
		assertThat(this.backend.frees()).isZero();
		this.holdings.restore(address, 10, 1);
		Race.join(drainer);
		assertThat(drained).hasValue(10);
	}

	@Test
	void randomProgram_agreesWithAHashMap() {
		SplittableRandom random = new SplittableRandom(this.seed);
		Map<Long, Layout> model = new HashMap<>();
		for (int i = 0; i < 20_000; i++) {
			if (model.isEmpty() || (random.nextInt(3) != 0 && model.size() < 500)) {
				Layout layout = Layout.of(random.nextInt(1, 300), 1L << random.nextInt(8));
				long address = this.holdings.allocate(layout.size(), layout.alignment(), random.nextBoolean());
				assertThat(model.put(address, layout)).isNull();
			}
			else {
				Map.Entry<Long, Layout> any = model.entrySet().iterator().next();
				long address = any.getKey();
				Layout layout = any.getValue();
				model.remove(address);
				assertThat(this.holdings.free(address, layout.size(), layout.alignment())).isNull();
			}
		}
		model.forEach((address, layout) -> assertThat(this.holdings.find(address))
			.isEqualTo(new Held(address, layout.size(), layout.alignment())));
		assertThat(this.holdings.isValid()).isTrue();
		Map<Long, Long> drained = new HashMap<>();
		this.holdings.drain((address, size) -> assertThat(drained.put(address, size)).isNull());
		assertThat(drained.keySet()).isEqualTo(model.keySet());
	}

}
