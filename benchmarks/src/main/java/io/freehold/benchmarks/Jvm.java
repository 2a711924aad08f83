package io.freehold.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.freehold.benchmarks.contender.Freehold;

/**
 * The JVMs that measure, all started with the same options.
 */
final class Jvm {

	private Jvm() {
	}

	/**
	 * Returns the options of all.
	 */
	static List<String> options() {
		return List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch", "-XX:MaxDirectMemorySize=4g",
				"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
				"-D" + Freehold.BACKEND_PROPERTY + "="
						+ System.getProperty(Freehold.BACKEND_PROPERTY, Freehold.DEFAULT_BACKEND));
	}

	/**
	 * Returns the options with those that are best for Netty. It prefers {@code Unsafe},
	 * wants more than 512 MiB of heap for its thread-local magazines, and is faster
	 * without its checks and in its own threads.
	 */
	static List<String> tunedOptions() {
		List<String> options = new ArrayList<>(options());
		options.addAll(List.of("--add-opens=java.base/java.nio=ALL-UNNAMED",
				"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-Dio.netty.noUnsafe=false",
				"-Dio.netty.tryReflectionSetAccessible=true", "-Dio.netty.leakDetection.level=disabled",
				"-Dio.netty.buffer.checkAccessible=false", "-Dio.netty.buffer.checkBounds=false",
				"-Djmh.executor=CUSTOM", "-Djmh.executor.class=" + FastThreads.class.getName()));
		return options;
	}

	/**
	 * Runs a program in a JVM of its own and returns the last line that it printed.
	 * @throws IOException if it could not be run, failed, or printed nothing
	 */
	static String run(Class<?> program, List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(tunedOptions());
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		String last = "";
		try (BufferedReader reader = process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				last = line;
			}
		}
		int exit = process.waitFor();
		if (exit != 0 || last.isEmpty()) {
			throw new IOException(program.getName() + " " + arguments + " ended with " + exit + ": " + last);
		}
		return last;
	}

}
