package io.freehold.child;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A JVM of its own for what can happen only once in each.
 *
 * @param exitValue its exit value
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record ChildJvm(int exitValue, String out, String err) {

	/** Runs a program on the class path, with native access granted. */
	public static ChildJvm run(Class<?> program) throws IOException, InterruptedException {
		return runWith(program, List.of("--enable-native-access=ALL-UNNAMED"));
	}

	/** Runs a program on the class path. */
	public static ChildJvm runWith(Class<?> program, List<String> options) throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(options);
		arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
		return start(arguments);
	}

	/** Runs java with arguments. */
	public static ChildJvm start(List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add("-XX:TieredStopAtLevel=1");
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).start();
		process.getOutputStream().close();
		CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
		String out = read(process.getInputStream());
		return new ChildJvm(process.waitFor(), out.strip(), err.join().strip());
	}

	private static String read(InputStream stream) {
		try (stream) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
