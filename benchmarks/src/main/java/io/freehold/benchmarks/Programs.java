package io.freehold.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

import io.freehold.benchmarks.contender.Contender;

/**
 * What the programs that are not run by JMH share.
 */
final class Programs {

	/** Where results go, relative to the module. */
	static final Path RESULTS = Path.of("target", "results");

	/** The results of JMH when only a part of the suite was run. */
	static final Path PART = RESULTS.resolve("part.json");

	static final Path JMH = RESULTS.resolve("jmh.json");

	static final Path FOOTPRINT = RESULTS.resolve("footprint.json");

	static final Path BURST = RESULTS.resolve("burst.json");

	static final Path REQUEST_SCRATCH = RESULTS.resolve("request-scratch.json");

	private Programs() {
	}

	static List<Contender> contenders(String[] names) {
		return (names.length == 0) ? List.of(Contender.values())
				: Arrays.stream(names).map(Contender::valueOf).toList();
	}

	/**
	 * Measures in a thread in which Netty is at its best.
	 */
	static <T> T inFastThread(Callable<T> measurement) throws ExecutionException, InterruptedException {
		try (ExecutorService thread = new FastThreads(1, "measurement")) {
			return thread.submit(measurement).get();
		}
	}

	static void print(List<Score> scores) {
		for (Score score : scores) {
			System.out.printf("%-20s %-18s %8.2f %s%n", score.workload(), score.contender(), score.value(),
					score.unit());
		}
	}

}
