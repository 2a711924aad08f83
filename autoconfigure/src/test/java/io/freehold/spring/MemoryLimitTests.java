package io.freehold.spring;

import java.util.Map;

import io.freehold.budget.Budget;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MemoryLimitTests {

	@ParameterizedTest
	@CsvSource({ "1, 1", "4096, 4096", "7B, 7", "2KB, 2048", "512MB, 536870912", "1GB, 1073741824",
			"3TB, 3298534883328", "' 1KB ', 1024", "9223372036854775806, 9223372036854775806" })
	void whenFollowsGrammarShouldBeBytes(String text, long bytes) {
		assertThat(MemoryLimit.valueOf(text).bytes()).isEqualTo(bytes);
	}

	@Test
	void whenUnlimitedShouldHaveNoLimit() {
		assertThat(MemoryLimit.valueOf("unlimited")).isEqualTo(MemoryLimit.UNLIMITED);
		assertThat(MemoryLimit.valueOf(" unlimited ").bytes()).isEqualTo(Budget.UNLIMITED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   ", "0", "0MB", "-1", "-1GB", "+5B", "12 parsecs", "50%", "1.5GB", "MB", "1PB",
			"1mb", "0x10", "UNLIMITED", "none", "9223372036854775808", "9007199254740993KB", "8388608TB" })
	void whenBreaksGrammarShouldSayWhatItMustBe(String text) {
		assertThatExceptionOfType(InvalidMemoryLimitException.class).isThrownBy(() -> MemoryLimit.valueOf(text))
			.withMessage("'%s' is not a valid memory limit: it must be %s", text, MemoryLimit.GRAMMAR)
			.satisfies((ex) -> assertThat(ex.getValue()).isEqualTo(text));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void whenBytesAreNotPositiveShouldBeRefused(long bytes) {
		assertThatExceptionOfType(InvalidMemoryLimitException.class).isThrownBy(() -> new MemoryLimit(bytes))
			.satisfies((ex) -> assertThat(ex.getValue()).isEqualTo(Long.toString(bytes)));
	}

	@Test
	void whenPrintedShouldBeReadableAgain() {
		assertThat(MemoryLimit.valueOf("2KB")).hasToString("2048B");
		assertThat(MemoryLimit.UNLIMITED).hasToString("unlimited");
		assertThat(MemoryLimit.valueOf(MemoryLimit.valueOf("3MB").toString())).isEqualTo(MemoryLimit.valueOf("3MB"));
		assertThat(MemoryLimit.valueOf(MemoryLimit.UNLIMITED.toString())).isEqualTo(MemoryLimit.UNLIMITED);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 1 << 20, 1L << 40 })
	void whenNumberIsNoTextShouldBeBytes(long bytes) {
		// as YAML delivers it
		Object number = (bytes <= Integer.MAX_VALUE) ? (Object) (int) bytes : (Object) bytes;
		Binder binder = new Binder(new MapConfigurationPropertySource(Map.of("limit", number)));
		assertThat(binder.bind("limit", MemoryLimit.class).get().bytes()).isEqualTo(bytes);
	}

}
