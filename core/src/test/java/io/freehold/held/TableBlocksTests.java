package io.freehold.held;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.freehold.Layout;
import io.freehold.managed.CheckingAlloc;
import io.freehold.managed.Race;
import io.freehold.managed.Sneaky;
import io.freehold.pages.Successor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class TableBlocksTests {

	private final long seed = Race.seed(this);

	private final CheckingAlloc backend = new CheckingAlloc();

	private final TableBlocks blocks = new TableBlocks(this.backend);

	@AfterEach
	void returnEverything() {
		this.blocks.drain((_, _) -> {
		});
		assertThat(this.blocks.isValid()).isTrue();
		this.backend.assertAllHome();
	}

	@Test
	void tryFree_otherLayout_changesNothing() {
		long address = this.blocks.allocate(24, 8, false);
		assertThat(this.blocks.tryFree(address, 25, 8)).isFalse();
		assertThat(this.blocks.tryFree(address, 24, 4)).isFalse();
		assertThat(this.blocks.tryClaim(address, 16, 8)).isFalse();
		assertThat(this.blocks.tryFree(address + 8, 16, 8)).isFalse();
		assertThat(this.blocks.find(address)).isEqualTo(new BlockRecord(address, 24, 8, 0));
		assertThat(this.backend.frees()).isZero();
		assertThat(this.blocks.tryFree(address, 24, 8)).isTrue();
		assertThat(this.blocks.tryFree(address, 24, 8)).isFalse();
	}

	@Test
	void find_startAndInside_tellsTheRecord() {
		long address = this.blocks.allocate(100, 4, true);
		BlockRecord record = new BlockRecord(address, 100, 4, 0);
		assertThat(this.blocks.find(address)).isEqualTo(record);
		assertThat(this.blocks.find(address + 99)).isEqualTo(record);
		assertThat(this.blocks.find(address + 100)).isNull();
		assertThat(this.blocks.find(address - 1)).isNull();
	}

	@Test
	void allocate_backendRefuses_recordsNothing() {
		this.backend.refuse(1);
		assertThat(this.blocks.allocate(10, 1, false)).isZero();
		this.blocks.drain((_, _) -> {
			throw new AssertionError("nothing was recorded");
		});
	}

	@Test
	void tryClaim_hidesTheBlockUntilItIsRestored() {
		long address = this.blocks.allocate(10, 1, false);
		assertThat(this.blocks.tryClaim(address, 10, 1)).isTrue();
		assertThat(this.blocks.tryClaim(address, 10, 1)).isFalse();
		assertThat(this.blocks.tryFree(address, 10, 1)).isFalse();
		assertThat(this.blocks.isValid()).isTrue();
		this.blocks.restore(address, 10, 1);
		assertThat(this.blocks.find(address)).isEqualTo(new BlockRecord(address, 10, 1, 0));
	}

	@Test
	void publish_putsTheNewBlockInThePlaceOfTheOld() {
		long address = this.blocks.allocate(10, 1, false);
		long larger = replace(address, 10, 50);
		long smaller = replace(larger, 50, 20);
		assertThat(this.blocks.find(smaller)).isEqualTo(new BlockRecord(smaller, 20, 1, 0));
		assertThat(this.blocks.tryFree(smaller, 20, 1)).isTrue();
		assertThat(this.backend.live()).isZero();
	}

	private long replace(long address, long oldSize, long newSize) {
		assertThat(this.blocks.tryClaim(address, oldSize, 1)).isTrue();
		long moved = this.blocks.resizeClaimed(address, oldSize, 1, newSize, Successor.NONE);
		this.blocks.publish(moved, newSize, 1, address);
		return moved;
	}

	@ParameterizedTest
	@MethodSource("faults")
	void resizeClaimed_successorFailsAfterTheBlockHasMoved_tellsWhereItIs(Throwable fault) {
		long address = this.blocks.allocate(10, 1, false);
		assertThat(this.blocks.tryClaim(address, 10, 1)).isTrue();
		long moved = this.blocks.resizeClaimed(address, 10, 1, 50, (next) -> {
			if (next != address) {
				Sneaky.raise(fault);
			}
		});
		assertThat(moved).isNotIn(0L, address);
		this.blocks.publish(moved, 50, 1, address);
		assertThat(this.blocks.find(moved)).isEqualTo(new BlockRecord(moved, 50, 1, 0));
		assertThat(this.blocks.find(address)).isNull();
	}

	static Stream<Throwable> faults() {
		return Stream.of(new IllegalStateException("on purpose"), new OutOfMemoryError("on purpose"),
				new IOException("on purpose"));
	}

	@Test
	void removeStray_entryIsAtHomeMeanwhile_leavesTheCountOfStrays() {
		long address = this.blocks.allocate(10, 1, false);
		this.blocks.strays.set(1);
		assertThat(this.blocks.removeStray(address, BlockTable.pack(10, 1), true)).isTrue();
		assertThat(this.blocks.strays).hasValue(1);
		this.blocks.restore(address, 10, 1);
		assertThat(this.blocks.removeStray(address, BlockTable.pack(10, 1), false)).isTrue();
		assertThat(this.blocks.strays).hasValue(1);
		this.backend.deallocate(address, 10, 1);
		this.blocks.strays.set(0);
	}

	@Test
	void drain_whileABlockIsClaimed_leavesIt() {
		long address = this.blocks.allocate(10, 1, false);
		assertThat(this.blocks.tryClaim(address, 10, 1)).isTrue();
		AtomicLong drained = new AtomicLong();
		this.blocks.drain((_, size) -> drained.addAndGet(size));
		assertThat(drained).hasValue(0);
		this.blocks.restore(address, 10, 1);
		this.blocks.drain((_, size) -> drained.addAndGet(size));
		assertThat(drained).hasValue(10);
	}

	@Test
	void randomProgram_agreesWithAHashMap() {
		SplittableRandom random = new SplittableRandom(this.seed);
		Map<Long, Layout> model = new HashMap<>();
		for (int i = 0; i < 20_000; i++) {
			if (model.isEmpty() || (random.nextInt(3) != 0 && model.size() < 500)) {
				Layout layout = Layout.of(random.nextInt(1, 300), 1L << random.nextInt(8));
				long address = this.blocks.allocate(layout.size(), layout.alignment(), random.nextBoolean());
				assertThat(model.put(address, layout)).isNull();
			}
			else {
				Map.Entry<Long, Layout> any = model.entrySet().iterator().next();
				long address = any.getKey();
				Layout layout = any.getValue();
				model.remove(address);
				assertThat(this.blocks.tryFree(address, layout.size(), layout.alignment())).isTrue();
			}
		}
		model.forEach((address, layout) -> assertThat(this.blocks.find(address))
			.isEqualTo(new BlockRecord(address, layout.size(), layout.alignment(), 0)));
		assertThat(this.blocks.isValid()).isTrue();
		Map<Long, Long> drained = new HashMap<>();
		this.blocks.drain((address, size) -> assertThat(drained.put(address, size)).isNull());
		assertThat(drained.keySet()).isEqualTo(model.keySet());
	}

}
