package io.freehold.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The resident memory of this process, as Linux tells it.
 */
final class ResidentMemory {

	private static final Path STATUS = Path.of("/proc/self/status");

	private ResidentMemory() {
	}

	/**
	 * Returns the bytes of physical memory this process occupies now.
	 */
	static long bytes() {
		return parse(lines());
	}

	private static List<String> lines() {
		try {
			return Files.readAllLines(STATUS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static long parse(List<String> status) {
		for (String line : status) {
			if (line.startsWith("VmRSS:")) {
				return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
			}
		}
		throw new IllegalStateException(STATUS + " has no VmRSS");
	}

}
