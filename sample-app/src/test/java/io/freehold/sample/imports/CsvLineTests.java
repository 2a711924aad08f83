package io.freehold.sample.imports;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

import io.freehold.sample.objects.Description;
import io.freehold.sample.objects.ObjectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CsvLine}.
 */
class CsvLineTests {

	@Test
	void whenTextHasCommasShouldKeepThem() {
		CsvLine line = CsvLine.parse(1, bytes("ä,text/plain,a,b,,"));
		assertThat(line.description()).isEqualTo(new Description("ä", "text/plain"));
		assertThat(StandardCharsets.UTF_8.decode(line.text().asByteBuffer()).toString()).isEqualTo("a,b,,");
	}

	@Test
	void whenTextIsEmptyShouldBeEmpty() {
		assertThat(CsvLine.parse(1, bytes("a,text/plain,")).text().byteSize()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a,text/plain", ",text/plain,x", "a,,x", "a,nonsense,x", "a,text/*,x" })
	void whenLineIsMalformedShouldTellItsNumber(String line) {
		assertThatExceptionOfType(ObjectException.class).isThrownBy(() -> CsvLine.parse(17, bytes(line)))
			.withMessageContaining("Line 17 cannot be imported: ");
	}

	@Test
	void whenKeyIsTooLongOrNotTextShouldBeRefused() {
		assertThatExceptionOfType(ObjectException.class)
			.isThrownBy(() -> CsvLine.parse(1, bytes("k".repeat(513) + ",text/plain,x")));
		assertThatExceptionOfType(ObjectException.class)
			.isThrownBy(() -> CsvLine.parse(1, bytes("k".repeat(5000) + ",text/plain,x")));
		byte[] latin = "ä,text/plain,x".getBytes(StandardCharsets.ISO_8859_1);
		assertThatExceptionOfType(ObjectException.class)
			.isThrownBy(() -> CsvLine.parse(1, MemorySegment.ofArray(latin).asReadOnly()))
			.withMessageContaining("UTF-8");
	}

	private static MemorySegment bytes(String text) {
		return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
	}

}
