package io.freehold.held;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.freehold.managed.Race;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BlockTableTests {

	private final long seed = Race.seed(this);

	private final BlockTable table = new BlockTable();

	@Test
	void get_emptyTable_findsNothing() {
		assertThat(this.table.get(4096)).isEqualTo(-1);
		assertThat(this.table.get(0)).isEqualTo(-1);
		assertThat(this.table.remove(4096, 0)).isFalse();
		assertThat(this.table.findContaining(4096)).isNull();
		assertThat(this.table.last(Integer.MAX_VALUE - 1)).isNegative();
		assertThat(this.table.isValid()).isTrue();
	}

	@Test
	void pack_keepsSizeAndAlignment() {
		for (int shift = 0; shift < 63; shift++) {
			for (long size : new long[] { 1, 7, 4096, (1L << 47) - 1 }) {
				long packed = BlockTable.pack(size, 1L << shift);
				assertThat(BlockTable.size(packed)).isEqualTo(size);
				assertThat(BlockTable.alignment(packed)).isEqualTo(1L << shift);
			}
		}
	}

	@Test
	void remove_sizeThatDiffersInTheUppermostBits_isRefused() {
		this.table.reserve();
		this.table.put(4096, BlockTable.pack(16, 8));
		for (int bit = 57; bit < 63; bit++) {
			assertThat(this.table.remove(4096, BlockTable.pack(16 + (1L << bit), 8))).isFalse();
		}
		assertThat(this.table.remove(4096, BlockTable.pack(16, 8))).isTrue();
	}

	@Test
	void randomProgram_agreesWithAHashMap() {
		for (int round = 0; round < 60; round++) {
			SplittableRandom random = new SplittableRandom(this.seed + round);
			BlockTable table = new BlockTable();
			agreesWithAHashMap(table, random, 1 << random.nextInt(2, 12));
		}
	}

	private void agreesWithAHashMap(BlockTable table, SplittableRandom random, int addresses) {
		Map<Long, Long> model = new HashMap<>();
		for (int i = 0; i < 4_000; i++) {
			// a small range of addresses makes long runs, and runs that wrap around
			long address = 16L * random.nextInt(1, addresses + 1);
			long packed = BlockTable.pack(random.nextInt(1, 16), 1L << random.nextInt(5));
			switch (random.nextInt(4)) {
				case 0, 1 -> {
					if (!model.containsKey(address)) {
						table.reserve();
						table.put(address, packed);
						model.put(address, packed);
					}
				}
				case 2 -> {
					Long known = model.get(address);
					if (known != null && known != packed) {
						assertThat(table.remove(address, packed)).isFalse();
					}
					assertThat(table.remove(address, (known != null) ? known : packed)).isEqualTo(known != null);
					model.remove(address);
				}
				default -> assertThat(table.get(address)).isEqualTo(model.getOrDefault(address, -1L));
			}
			assertThat(table.blocks()).isEqualTo(model.size());
			if (i % 100 == 0) {
				assertThat(table.isValid()).as("seed %d", this.seed).isTrue();
			}
		}
		model.forEach((address, packed) -> {
			assertThat(table.get(address)).isEqualTo(packed);
			assertThat(table.findContaining(address + BlockTable.size(packed) - 1))
				.isEqualTo(new BlockRecord(address, BlockTable.size(packed), BlockTable.alignment(packed), 0));
		});
		Map<Long, Long> drained = new HashMap<>();
		for (int i = table.last(Integer.MAX_VALUE - 1); i >= 0; i = table.last(i)) {
			assertThat(drained.put(table.addressAt(i), table.packedAt(i))).isNull();
			table.removeAt(i);
		}
		assertThat(drained).isEqualTo(model);
		assertThat(table.blocks()).isZero();
		assertThat(table.isValid()).isTrue();
	}

	@Test
	void reserve_countsClaims_soThatAClaimedBlockFindsItsSlotAgain() {
		List<Long> claimed = new ArrayList<>();
		for (long address = 16; address <= 16_000; address += 16) {
			this.table.reserve();
			this.table.put(address, BlockTable.pack(16, 16));
			if (address % 32 == 0) {
				assertThat(this.table.remove(address, BlockTable.pack(16, 16))).isTrue();
				this.table.claim();
				claimed.add(address);
			}
		}
		assertThat(this.table.blocks()).isEqualTo(1000);
		for (long address : claimed) {
			this.table.put(address, BlockTable.pack(16, 16));
			this.table.settle();
		}
		assertThat(this.table.blocks()).isEqualTo(1000);
		assertThat(this.table.isValid()).isTrue();
	}

}
