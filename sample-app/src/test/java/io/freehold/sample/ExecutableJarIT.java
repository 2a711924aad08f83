package io.freehold.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts the executable jar with the JDK of the tests and no option that grants native
 * access: the jar's manifest must do.
 */
class ExecutableJarIT {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	@ParameterizedTest
	@ValueSource(strings = { "--illegal-native-access=warn", "--illegal-native-access=deny" })
	void whenNativeAccessIsNotGrantedByOptionShouldRunWithoutWarning(String option) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), option,
				"-jar", System.getProperty("sample.jar"), "--server.port=0")
			.redirectErrorStream(true)
			.start();
		Queue<String> output = new ConcurrentLinkedQueue<>();
		CompletableFuture<Integer> port = new CompletableFuture<>();
		Thread reader = Thread.ofPlatform().start(() -> read(process, output, port));
		try {
			try (CacheClient client = new CacheClient(port.get(5, TimeUnit.MINUTES))) {
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
			process.destroy();
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
			reader.join();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(List.copyOf(output)).noneMatch((line) -> line.contains("WARNING") || line.contains(" WARN ")
				|| line.contains(" ERROR ") || line.contains("restricted method"));
	}

	private static void read(Process process, Queue<String> output, CompletableFuture<Integer> port) {
		try (BufferedReader lines = process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				output.add(line);
				Matcher started = STARTED.matcher(line);
				if (started.find()) {
					port.complete(Integer.valueOf(started.group(1)));
				}
			}
		}
		catch (IOException ex) {
			port.completeExceptionally(ex);
		}
		port.completeExceptionally(new IllegalStateException("the application has ended: " + output));
	}

}
