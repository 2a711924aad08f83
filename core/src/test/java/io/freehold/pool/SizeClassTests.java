package io.freehold.pool;

import io.freehold.pages.ExtentMap;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every small size has a class, and the classes waste little.
 */
class SizeClassTests {

	@Test
	@DisplayName("the class of a size is the smallest that holds it")
	void of_everySize_smallestThatHolds() {
		for (int size = 1; size <= SizeClass.MAX_SIZE; size++) {
			int sizeClass = SizeClass.of(size);
			assertThat(SizeClass.size(sizeClass)).isGreaterThanOrEqualTo(size);
			if (sizeClass > 0) {
				assertThat(SizeClass.size(sizeClass - 1)).isLessThan(size);
			}
		}
		assertThat(SizeClass.of(SizeClass.MAX_SIZE)).isEqualTo(SizeClass.COUNT - 1);
	}

	@Test
	@DisplayName("above 64 bytes less than an eighth of a block is wasted, or what makes 16")
	void size_aboveSixtyFour_wastesLittle() {
		for (int size = 65; size <= SizeClass.MAX_SIZE; size++) {
			int waste = SizeClass.size(SizeClass.of(size)) - size;
			assertThat(waste).isLessThan(Math.max(16, size / 8));
		}
	}

	@Test
	@DisplayName("a size rounded up to its alignment has a class whose size is a multiple of the alignment")
	void of_sizeRoundedToAlignment_aligned() {
		for (long alignment = 1; alignment <= SizeClass.MAX_SIZE; alignment *= 2) {
			for (int size = 1; size <= SizeClass.MAX_SIZE; size++) {
				long rounded = (size + alignment - 1) & -alignment;
				if (rounded <= SizeClass.MAX_SIZE) {
					assertThat(SizeClass.size(SizeClass.of(rounded)) % alignment).isZero();
				}
			}
		}
	}

	@Test
	@DisplayName("a slab holds eight blocks at least and wastes a sixteenth at most")
	void slices_everyClass_wasteLittle() {
		for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
			int size = SizeClass.size(sizeClass);
			int length = SizeClass.slices(sizeClass) * ExtentMap.SLICE_SIZE;
			assertThat(length / size).isGreaterThanOrEqualTo(8);
			assertThat((length % size) * 16).as("waste of class %d", size).isLessThanOrEqualTo(length);
		}
	}

}
