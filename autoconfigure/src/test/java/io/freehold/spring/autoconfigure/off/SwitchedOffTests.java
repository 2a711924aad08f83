package io.freehold.spring.autoconfigure.off;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks for what is left of Freehold in an application in which it is switched off: in a
 * JVM of its own, because threads belong to the JVM.
 */
class SwitchedOffTests {

	@ParameterizedTest
	@ValueSource(strings = { "SERVLET", "REACTIVE" })
	void whenFreeholdIsSwitchedOffShouldLeaveNothing(String type) throws IOException, InterruptedException {
		assertThat(run(type, false)).contains(SwitchedOffApplication.FOUND + "[]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SERVLET", "REACTIVE" })
	void whenFreeholdIsThereShouldFindIt(String type) throws IOException, InterruptedException {
		assertThat(run(type, true)).contains(SwitchedOffApplication.FOUND)
			.contains("meter freehold.", "endpoint allocators", "bean freeholdHealthIndicator",
					"bean allocatorArgumentResolver", "bean requestMemory");
	}

	private static String run(String type, boolean enabled) throws IOException, InterruptedException {
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		Process process = new ProcessBuilder(List.of(java.toString(), "--enable-native-access=ALL-UNNAMED",
				"-XX:TieredStopAtLevel=1", "-cp", Objects.requireNonNull(System.getProperty("java.class.path")),
				SwitchedOffApplication.class.getName(), type, String.valueOf(enabled)))
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor()).as(output).isZero();
			return output;
		}
		finally {
			process.destroyForcibly();
		}
	}

}
