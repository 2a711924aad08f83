package io.freehold;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LayoutTests {

	private static final long MAX = Long.MAX_VALUE;

	private static boolean valid(long size, long alignment) {
		try {
			Layout layout = Layout.of(size, alignment);
			return layout.size() == size && layout.alignment() == alignment;
		}
		catch (LayoutException ex) {
			return false;
		}
	}

	@Test
	@DisplayName("L01 a layout keeps size and alignment, and dangles at its alignment")
	void of_sizeAndAlignment_keptAndDangling() {
		Layout layout = new Layout(0x2000, 0x1000);
		assertThat(layout.size()).isEqualTo(0x2000);
		assertThat(layout.alignment()).isEqualTo(0x1000);
		assertThat(layout.dangling().address()).isEqualTo(0x1000);
		assertThat(layout.dangling().byteSize()).isZero();
		assertThat(layout.dangling().isNative()).isTrue();
		assertThat(layout.dangling().scope().isAlive()).isTrue();
	}

	@Test
	@DisplayName("L02 the largest size of each alignment is exact")
	void of_sizeAroundEdge_exact() {
		for (int shift = 0; shift < 63; shift++) {
			long alignment = 1L << shift;
			long edge = MAX - alignment + 1;
			for (long offset = -10; offset <= 10; offset++) {
				if (offset > MAX - edge || edge < -offset) {
					continue;
				}
				long size = edge + offset;
				assertThat(valid(size, alignment)).as("%d at %d", size, alignment).isEqualTo(offset <= 0);
			}
			assertThat(valid(edge, alignment)).isTrue();
			assertThat(valid(edge + 1, alignment)).isFalse();
		}
	}

	@Test
	@DisplayName("L03 the longest array of each element size is exact")
	void ofArray_countAroundEdge_exact() {
		for (long elementSize : new long[] { 8, 84, 85 }) {
			Layout element = Layout.ofBytes(elementSize);
			long longest = MAX / elementSize;
			for (long count = longest - 10; count <= longest; count++) {
				assertThat(Layout.ofArray(element, count)).isEqualTo(Layout.ofBytes(count * elementSize));
			}
			for (long count = longest + 1; count <= longest + 10; count++) {
				long tooMany = count;
				assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> Layout.ofArray(element, tooMany));
			}
		}
		assertThat(Layout.ofArray(Layout.ofBytes(0), -1)).isEqualTo(Layout.of(0, 1));
	}

	@Test
	@DisplayName("L04 a layout is readable")
	void toString_layout_readable() {
		assertThat(Layout.of(24, 8)).hasToString("Layout[size=24, alignment=8]");
	}

	@Test
	@DisplayName("L05 every positive alignment is good for size zero")
	void of_everyAlignment_accepted() {
		for (int shift = 0; shift < 63; shift++) {
			assertThat(Layout.of(0, 1L << shift).alignment()).isEqualTo(1L << shift);
		}
		assertThat(valid(0, Long.MIN_VALUE)).as("2^63, the one deviation").isFalse();
	}

	@Test
	@DisplayName("L06 arithmetic that leaves the range is refused")
	void arithmetic_outOfRange_refused() {
		Layout pair = Layout.ofBytes(2);
		assertRefused(() -> pair.alignTo(Long.MIN_VALUE));
		assertRefused(() -> pair.alignTo(3));
		assertRefused(() -> pair.repeat(-1));
		assertRefused(() -> pair.repeatPacked(-1));
		assertRefused(() -> pair.extend(Layout.ofBytes(MAX)));
		assertRefused(() -> pair.extendPacked(Layout.ofBytes(MAX)));
		long most = MAX / 2;
		assertThat(pair.repeat(most).layout()).isEqualTo(Layout.ofBytes(MAX - 1));
		assertThat(pair.repeatPacked(most)).isEqualTo(Layout.ofBytes(MAX - 1));
		assertRefused(() -> pair.repeat(most + 1));
		assertRefused(() -> pair.repeatPacked(most + 1));
		assertRefused(() -> Layout.of(2, 1L << 62).extend(Layout.of(MAX - 7, 8)));
	}

	private static void assertRefused(Runnable arithmetic) {
		assertThatExceptionOfType(LayoutException.class).isThrownBy(arithmetic::run);
	}

	@Test
	@DisplayName("L07 an alignment that is no power of two is refused")
	void of_alignmentNoPowerOfTwo_refused() {
		for (long alignment : new long[] { 0, 3, 5, 6, 7, 12, MAX, -1, -8 }) {
			assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> Layout.of(0, alignment))
				.withMessage("alignment must be a power of two: " + alignment);
			assertThatExceptionOfType(LayoutException.class)
				.isThrownBy(() -> Layout.of(8, 8).paddingNeededFor(alignment))
				.withMessage("alignment must be a power of two: " + alignment);
		}
	}

	@Test
	@DisplayName("L08 the largest sizes")
	void of_largestSize_onlyUnaligned() {
		assertThat(valid(MAX, 1)).isTrue();
		assertThat(valid(MAX, 2)).isFalse();
		assertThat(valid(MAX - 1, 2)).isTrue();
		assertThat(valid(-1, 1)).isFalse();
		assertThat(valid(Long.MIN_VALUE, 1)).isFalse();
	}

	@Test
	@DisplayName("L09 repetitions have no padding behind the last")
	void repeat_count_noTrailingPadding() {
		assertThat(Layout.of(12, 4).repeat(3)).isEqualTo(new Layout.Repeated(Layout.of(36, 4), 12));
		assertThat(Layout.of(6, 4).repeat(3)).isEqualTo(new Layout.Repeated(Layout.of(22, 4), 8));
		assertThat(Layout.of(12, 4).repeat(0)).isEqualTo(new Layout.Repeated(Layout.of(0, 4), 12));
		assertThat(Layout.of(6, 4).repeat(0)).isEqualTo(new Layout.Repeated(Layout.of(0, 4), 8));
		assertThat(Layout.of(6, 4).repeat(1).layout()).isEqualTo(Layout.of(6, 4));
	}

	@Test
	@DisplayName("L10 a C struct is the fold of its fields")
	void extend_fields_layoutOfStruct() {
		Layout struct = Layout.ofBytes(0);
		long[] offsets = new long[4];
		List<ValueLayout> fields = List.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_SHORT,
				ValueLayout.JAVA_INT);
		for (int i = 0; i < offsets.length; i++) {
			Layout.Extended extended = struct.extend(Layout.of(fields.get(i)));
			offsets[i] = extended.offset();
			struct = extended.layout();
		}
		assertThat(offsets).containsExactly(0, 8, 12, 16);
		assertThat(struct).isEqualTo(Layout.of(20, 8));
		assertThat(struct.padToAlignment()).isEqualTo(Layout.of(24, 8));
	}

	@Test
	@DisplayName("L11 the padding up to an alignment")
	void paddingNeededFor_alignment_exact() {
		assertThat(Layout.of(9, 1).paddingNeededFor(4)).isEqualTo(3);
		assertThat(Layout.of(9, 1).paddingNeededFor(16)).isEqualTo(7);
		assertThat(Layout.of(0, 1).paddingNeededFor(1L << 62)).isZero();
		assertThat(Layout.of(1, 1).paddingNeededFor(1L << 62)).isEqualTo((1L << 62) - 1);
	}

	@Test
	@DisplayName("L12 aligning changes no size, and never lowers the alignment")
	void alignTo_alignment_sizeUnchanged() {
		Layout layout = Layout.of(16, 8);
		assertThat(layout.alignTo(32)).isEqualTo(Layout.of(16, 32));
		assertThat(layout.alignTo(4)).isSameAs(layout);
		assertThat(layout.alignTo(8)).isSameAs(layout);
	}

	@Test
	@DisplayName("L13 padding to the own alignment happens once")
	void padToAlignment_twice_sameAsOnce() {
		for (long alignment = 1; alignment <= 64; alignment *= 2) {
			for (long size = 0; size < 130; size++) {
				Layout layout = Layout.of(size, alignment);
				Layout padded = layout.padToAlignment();
				assertThat(padded.size()).isEqualTo(size + layout.paddingNeededFor(alignment));
				assertThat(padded.size() % alignment).isZero();
				assertThat(padded.padToAlignment()).isSameAs(padded);
			}
		}
		Layout largest = Layout.of(MAX - 63, 64);
		assertThat(largest.padToAlignment()).isEqualTo(largest);
	}

	@Test
	@DisplayName("L14 packed, the next alignment is ignored")
	void extendPacked_next_alignmentIgnored() {
		assertThat(Layout.of(6, 4).extendPacked(Layout.of(5, 16))).isEqualTo(Layout.of(11, 4));
	}

	@Test
	@DisplayName("L15 layouts are equal by size and alignment")
	void equals_sizeAndAlignment_equal() {
		assertThat(Layout.of(24, 8)).isEqualTo(new Layout(24, 8)).hasSameHashCodeAs(new Layout(24, 8));
		assertThat(Layout.of(24, 8)).isNotEqualTo(Layout.of(24, 4)).isNotEqualTo(Layout.of(16, 8));
	}

	@Test
	@DisplayName("L16 the exception names the rule and the value")
	void exception_anyRule_namesRuleAndValue() {
		assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> Layout.of(-5, 1))
			.withMessage("size must be between 0 and 9223372036854775807: -5")
			.isInstanceOf(IllegalArgumentException.class);
		assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> Layout.of(MAX, 16))
			.withMessage("size rounded up to alignment 16 must not exceed 9223372036854775807 bytes: " + MAX);
		assertThatExceptionOfType(LayoutException.class)
			.isThrownBy(() -> Layout.ofBytes(7).extendPacked(Layout.ofBytes(MAX)))
			.withMessage("size must not exceed 9223372036854775807 bytes: 7 + " + MAX);
		assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> Layout.ofBytes(7).repeat(-1))
			.withMessageContaining("9223372036854775807 bytes: 7 * ");
		assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> Layout.ofArray(Layout.ofBytes(7), -1))
			.withMessageEndingWith("9223372036854775807 bytes: 7 * 18446744073709551615");
	}

	@Test
	@DisplayName("L10 foreign memory layouts translate")
	void of_memoryLayout_translated() {
		MemoryLayout struct = MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
		assertThat(Layout.of(struct)).isEqualTo(Layout.of(12, 8));
		assertThat(Layout.of(ValueLayout.JAVA_INT_UNALIGNED)).isEqualTo(Layout.ofBytes(4));
		assertThat(Layout.ofArray(struct, 3)).isEqualTo(Layout.of(48, 8));
		assertThat(Layout.ofArray(ValueLayout.JAVA_INT, 0)).isEqualTo(Layout.of(0, 4));
	}

}
