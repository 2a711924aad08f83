package io.freehold.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application in a JVM of its own, that of the tests.
 */
public final class SampleProcess implements AutoCloseable {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	private final Process process;

	private final Queue<String> output = new ConcurrentLinkedQueue<>();

	private final CompletableFuture<Integer> port = new CompletableFuture<>();

	private final Thread reader;

	private SampleProcess(Process process) {
		this.process = process;
		this.reader = Thread.ofPlatform().start(this::read);
	}

	/** Starts the executable jar. */
	public static SampleProcess ofJar(String option) throws IOException {
		return start(List.of(option, "-jar", System.getProperty("sample.jar"), "--server.port=0"));
	}

	/** Starts the classes, for which no manifest speaks. */
	public static SampleProcess ofClasses(String option, String... arguments) throws IOException {
		List<String> all = new ArrayList<>(List.of(option, "-cp", System.getProperty("java.class.path"),
				SampleApplication.class.getName(), "--server.port=0"));
		all.addAll(List.of(arguments));
		return start(all);
	}

	private static SampleProcess start(List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(arguments);
		return new SampleProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				this.output.add(line);
				Matcher started = STARTED.matcher(line);
				if (started.find()) {
					this.port.complete(Integer.valueOf(started.group(1)));
				}
			}
		}
		catch (IOException ex) {
			this.port.completeExceptionally(ex);
		}
		this.port.completeExceptionally(new IllegalStateException("the application has ended: " + this.output));
	}

	/** Waits until the application serves. */
	public int port() throws InterruptedException, ExecutionException, TimeoutException {
		return this.port.get(5, TimeUnit.MINUTES);
	}

	/** Asks the application to stop, waits, and returns all it wrote. */
	public List<String> stop() throws InterruptedException {
		this.process.destroy();
		return awaitEnd();
	}

	/** Waits until the application ends by itself, and returns all it wrote. */
	public List<String> awaitEnd() throws InterruptedException {
		assertThat(this.process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		this.reader.join();
		return List.copyOf(this.output);
	}

	public int exitValue() {
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
