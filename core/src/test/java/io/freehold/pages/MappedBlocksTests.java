package io.freehold.pages;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link MappedBlocks} with two threads in it, one of which does all it does
 * between two steps of the other.
 */
class MappedBlocksTests {

	private static final long SIZE = 1 << 20;

	private final HookedMemory memory = new HookedMemory();

	private final MappedBlocks blocks = new MappedBlocks(this.memory);

	@Test
	void resize_oldAddressTakenMeanwhileByTheLikeOfTheBlock() {
		long address = this.blocks.allocate(SIZE, 8, 1, true);
		long[] other = new long[1];
		this.memory.onMove(() -> other[0] = this.blocks.allocate(SIZE, 8, 1, true));

		long moved = this.blocks.resize(address, 2 * SIZE);

		assertThat(other[0]).isEqualTo(address);
		assertThat(this.blocks.isValid()).isTrue();
		this.blocks.freeClaimed(moved);
		this.blocks.freeClaimed(other[0]);
		assertThat(this.blocks.mappedBytes()).isZero();
	}

}
