package io.freehold.spring.deep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.freehold.spring.autoconfigure.scope.Await;

/**
 * The application in a process of its own, where all threads have small stacks. It ends
 * with this one at the latest.
 */
final class ServerProcess implements AutoCloseable {

	private static final Pattern STARTED = Pattern.compile("^started (\\w+) (\\d+)$", Pattern.MULTILINE);

	private static final Pattern THREAD = Pattern.compile("^#.*\n(?:.+\n)+", Pattern.MULTILINE);

	private static final Pattern LEVELS = Pattern.compile("^.*Descent\\.descend.*\\n", Pattern.MULTILINE);

	private final Process process;

	private final Path output;

	private final Matcher started;

	private ServerProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
		Await.until(() -> !process.isAlive() || STARTED.matcher(output()).find());
		this.started = STARTED.matcher(output());
		if (!this.started.find()) {
			throw new IllegalStateException("the application has not started: " + output());
		}
	}

	static ServerProcess start(Path folder, List<String> properties) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(java("java"));
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss512k", "-Xmx256m",
				"--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
				DeepApplication.class.getName()));
		properties.forEach((property) -> command.add("--" + property));
		Path output = Files.createTempFile(folder, "server", ".txt");
		return new ServerProcess(
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
	}

	private static String java(String program) {
		return Path.of(System.getProperty("java.home"), "bin", program).toString();
	}

	/** Returns the simple name of the class of the server. */
	String server() {
		return this.started.group(1);
	}

	int port() {
		return Integer.parseInt(this.started.group(2));
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the threads that are in code of ours. */
	String threads() throws IOException, InterruptedException {
		Path dump = this.output.resolveSibling("threads.txt");
		Process jcmd = new ProcessBuilder(java("jcmd"), Long.toString(this.process.pid()), "Thread.dump_to_file",
				"-overwrite", dump.toString())
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		if (!jcmd.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS) || !Files.exists(dump)) {
			jcmd.destroyForcibly();
			return "no dump of threads";
		}
		StringBuilder threads = new StringBuilder();
		THREAD.matcher(Files.readString(dump))
			.results()
			.map(MatchResult::group)
			.filter((thread) -> thread.contains("io.freehold.") && !thread.contains("endWithInput"))
			.map((thread) -> LEVELS.matcher(thread).replaceAll(""))
			.forEach(threads::append);
		return threads.toString();
	}

	/** Sends SIGTERM and waits. */
	int terminate(long seconds) throws InterruptedException {
		// the other destroy closes the input too
		this.process.toHandle().destroy();
		if (!this.process.waitFor(seconds, TimeUnit.SECONDS)) {
			throw new IllegalStateException("the process goes on after SIGTERM");
		}
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
