package io.freehold.pages;

import java.util.Objects;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link HugeBlocks} with two threads in it, one of which does all it does
 * between two steps of the other.
 */
class HugeBlocksTests {

	private static final long SIZE = 1 << 20;

	private final HookedMemory memory = new HookedMemory();

	private final ExtentMap map = new ExtentMap();

	private final HugeBlocks blocks = new HugeBlocks(this.memory, this.map);

	@Test
	void resize_oldAddressTakenMeanwhileByTheLikeOfTheBlock() {
		long address = this.blocks.allocate(SIZE, 8, 1, true);
		long[] other = new long[1];
		this.memory.onMove(() -> other[0] = this.blocks.allocate(SIZE, 8, 1, true));

		long moved = this.blocks.resize(block(address), 2 * SIZE, Successor.NONE);

		assertThat(other[0]).isEqualTo(address);
		assertThat(this.blocks.isValid()).isTrue();
		this.blocks.freeClaimed(block(moved));
		this.blocks.freeClaimed(block(other[0]));
		assertThat(this.blocks.mappedBytes()).isZero();
	}

	@Test
	void resize_whileTheBlockMoves_neitherAddressHasAnEntry() {
		long address = this.blocks.allocate(SIZE, 8, 1, true);
		long[] target = new long[1];
		int[] moves = new int[1];
		this.memory.onMove(() -> {
			moves[0]++;
			assertThat(this.map.get(address)).isNull();
			assertThat(this.map.get(target[0])).isNull();
		});

		long moved = this.blocks.resize(block(address), 2 * SIZE, (next) -> target[0] = next);

		assertThat(moves[0]).isOne();
		assertThat(moved).isEqualTo(target[0]).isNotEqualTo(address);
		assertThat(this.map.get(address)).isNull();
		assertThat(this.blocks.isValid()).isTrue();
		this.blocks.freeClaimed(block(moved));
		assertThat(this.blocks.mappedBytes()).isZero();
	}

	@Test
	void resize_oldAddressTakenMeanwhileByAChunk() {
		PageHeap pages = new PageHeap(this.memory, this.map, 0);
		long address = this.blocks.allocate(SIZE, 8, 1, true);
		this.memory.onMove(() -> assertThat(pages.take(4096, 4096)).isNotNull());

		long moved = this.blocks.resize(block(address), 2 * SIZE, Successor.NONE);

		assertThat(this.map.get(address)).isInstanceOf(Chunk.class);
		assertThat(pages.isValid()).isTrue();
		assertThat(this.blocks.isValid()).isTrue();
		this.blocks.freeClaimed(block(moved));
	}

	@Test
	void resize_systemRefusesToMove_leavesTheBlockAsItWas() {
		long address = this.blocks.allocate(SIZE, 8, 1, true);
		HugeBlock block = block(address);
		this.memory.refuseMoving();

		assertThat(this.blocks.resize(block, 2 * SIZE, Successor.NONE)).isZero();

		assertThat(block(address)).isSameAs(block);
		assertThat(this.blocks.isValid()).isTrue();
		assertThat(this.blocks.mappedBytes()).isEqualTo(SIZE);
		this.blocks.freeClaimed(block);
		assertThat(this.blocks.mappedBytes()).isZero();
	}

	@Test
	void freeClaimed_systemRefuses_isTriedAgain() {
		long address = this.blocks.allocate(SIZE, 8, 1, true);
		this.memory.refuseUnmapping(true);
		this.blocks.freeClaimed(block(address));
		assertThat(this.blocks.mappedBytes()).isEqualTo(SIZE);
		assertThat(this.blocks.liveBytes()).isZero();
		assertThat(this.blocks.isValid()).isTrue();
		this.memory.refuseUnmapping(false);
		this.blocks.retryUnmapping();
		assertThat(this.blocks.mappedBytes()).isZero();
	}

	@Test
	void resize_successorFails_leavesTheBlockAsItWas() {
		long address = this.blocks.allocate(SIZE, 8, 1, true);
		for (int calls = 1; calls <= 2; calls++) {
			int[] left = { calls };
			assertThatThrownBy(() -> this.blocks.resize(block(address), 2 * SIZE, (_) -> {
				if (--left[0] == 0) {
					throw new OutOfMemoryError("on purpose");
				}
			})).isInstanceOf(OutOfMemoryError.class);
			assertThat(this.blocks.mappedBytes()).isEqualTo(SIZE);
			assertThat(this.blocks.isValid()).isTrue();
		}
		this.blocks.unclaim(block(address), SIZE);
		assertThat(this.blocks.tryFree(block(address), address, SIZE, 8, 1)).isTrue();
		assertThat(this.blocks.mappedBytes()).isZero();
	}

	@Test
	void allocate_smallWithLargeAlignment_hasASliceOfItsOwn() {
		long address = this.blocks.allocate(1000, 1 << 24, 1, false);
		assertThat(this.blocks.mappedBytes()).isEqualTo(ExtentMap.SLICE_SIZE);
		assertThat(this.blocks.tryFree(block(address), address, 1000, 1 << 24, 1)).isTrue();
	}

	private HugeBlock block(long address) {
		return (HugeBlock) Objects.requireNonNull(this.map.get(address));
	}

}
