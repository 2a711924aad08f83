package io.freehold;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Replays what a Rust compiler answered. Numbers are unsigned; rows with the alignment
 * 2<sup>63</sup>, which is no positive {@code long}, are expected to be refused.
 */
class LayoutGoldenTests {

	private static List<String[]> rows = List.of();

	@BeforeAll
	static void read() throws IOException {
		try (InputStream stream = LayoutGoldenTests.class.getResourceAsStream("/layout-golden.tsv");
				BufferedReader reader = new BufferedReader(
						new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8))) {
			rows = reader.lines().filter((line) -> !line.startsWith("#")).map((line) -> line.split("\t", -1)).toList();
		}
	}

	@Test
	@DisplayName("L17 every golden row replays equal")
	void replay_goldenRows_equal() {
		int equal = 0;
		int deviations = 0;
		for (String[] row : rows) {
			int verdict = Arrays.asList(row).indexOf("OK");
			int arguments = (verdict > 0) ? verdict : Arrays.asList(row).indexOf("ERR");
			assertThat(arguments).as(String.join(" ", row)).isPositive();
			long[] numbers = numbers(row, 1, arguments);
			if (verdict > 0 && usesHugeAlignment(row[0], numbers)) {
				assertThatExceptionOfType(LayoutException.class).as(String.join(" ", row))
					.isThrownBy(() -> answer(row[0], numbers));
				deviations++;
			}
			else if (verdict > 0) {
				assertThat(answer(row[0], numbers)).as(String.join(" ", row))
					.containsExactly(numbers(row, verdict + 1, row.length));
				equal++;
			}
			else {
				assertThatExceptionOfType(LayoutException.class).as(String.join(" ", row))
					.isThrownBy(() -> answer(row[0], numbers));
				equal++;
			}
		}
		System.out.println("layout-golden.tsv: " + equal + " rows replayed equal, " + deviations
				+ " rows with alignment 2^63 refused as expected");
		assertThat(equal + deviations).isEqualTo(rows.size()).isEqualTo(1290);
		assertThat(deviations).isEqualTo(43);
	}

	private static long[] numbers(String[] row, int from, int to) {
		return Arrays.stream(row, from, to).mapToLong(Long::parseUnsignedLong).toArray();
	}

	/** Alignments are the second number, the fourth of two layouts, and what aligns. */
	private static boolean usesHugeAlignment(String operation, long[] numbers) {
		boolean own = numbers[1] == Long.MIN_VALUE;
		return switch (operation) {
			case "align_to", "padding_needed_for" -> own || numbers[2] == Long.MIN_VALUE;
			case "extend", "extend_packed" -> own || numbers[3] == Long.MIN_VALUE;
			default -> own;
		};
	}

	private static long[] answer(String operation, long[] numbers) {
		Layout layout = Layout.of(numbers[0], numbers[1]);
		return switch (operation) {
			case "from_size_align" -> numbers(layout);
			case "align_to" -> numbers(layout.alignTo(numbers[2]));
			case "padding_needed_for" -> new long[] { layout.paddingNeededFor(numbers[2]) };
			case "pad_to_align" -> numbers(layout.padToAlignment());
			case "dangling" -> new long[] { layout.dangling().address() };
			case "extend" -> {
				Layout.Extended extended = layout.extend(Layout.of(numbers[2], numbers[3]));
				yield numbers(extended.layout(), extended.offset());
			}
			case "extend_packed" -> numbers(layout.extendPacked(Layout.of(numbers[2], numbers[3])));
			case "repeat" -> {
				Layout.Repeated repeated = layout.repeat(numbers[2]);
				yield numbers(repeated.layout(), repeated.stride());
			}
			case "repeat_packed" -> numbers(layout.repeatPacked(numbers[2]));
			case "array" -> numbers(Layout.ofArray(layout, numbers[2]));
			default -> throw new AssertionError("no such operation: " + operation);
		};
	}

	private static long[] numbers(Layout layout, long... others) {
		long[] numbers = new long[2 + others.length];
		numbers[0] = layout.size();
		numbers[1] = layout.alignment();
		System.arraycopy(others, 0, numbers, 2, others.length);
		return numbers;
	}

}
