package io.freehold.sample;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts the executable jar with the JDK of the tests and no option that grants native
 * access: the jar's manifest must do.
 */
class ExecutableJarIT {

	@ParameterizedTest
	@ValueSource(strings = { "--illegal-native-access=warn", "--illegal-native-access=deny" })
	void whenNativeAccessIsNotGrantedByOptionShouldRunWithoutWarning(String option) throws Exception {
		List<String> output;
		try (SampleProcess sample = SampleProcess.ofJar(option)) {
			try (CacheClient client = new CacheClient(sample.port())) {
				byte[] body = "Freehold ".repeat(1000).getBytes(StandardCharsets.UTF_8);
				assertThat(client.put("a", body).statusCode()).isEqualTo(201);
				assertThat(client.get("a").body()).isEqualTo(body);
				// the default limits agree with each other
				assertThat(client.put("largest", Bodies.random(16 << 20)).statusCode()).isEqualTo(201);
				assertThat(client.put("too-large", new byte[(16 << 20) + 1]).statusCode()).isEqualTo(413);
				client.expectNothingLeft();
				// what is left is the store's to free, at shutdown
				client.put("b", body);
			}
			output = sample.stop();
		}
		assertThat(output).noneMatch((line) -> line.contains("WARNING") || line.contains(" WARN ")
				|| line.contains(" ERROR ") || line.contains("restricted method"));
	}

}
