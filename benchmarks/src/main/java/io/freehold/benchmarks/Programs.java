package io.freehold.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import io.freehold.benchmarks.contender.Contender;

/**
 * What the programs that are not run by JMH share.
 */
final class Programs {

	/** Where results go, relative to the module. */
	static final Path RESULTS = Path.of("target", "results");

	static final Path JMH = RESULTS.resolve("jmh.json");

	static final Path FOOTPRINT = RESULTS.resolve("footprint.json");

	static final Path BURST = RESULTS.resolve("burst.json");

	private Programs() {
	}

	static List<Contender> contenders(String[] names) {
		return (names.length == 0) ? List.of(Contender.values())
				: Arrays.stream(names).map(Contender::valueOf).toList();
	}

	static void print(Path file, List<Score> scores) throws IOException {
		Score.write(file, scores);
		for (Score score : scores) {
			System.out.printf("%-20s %-18s %8.2f %s%n", score.workload(), score.contender(), score.value(),
					score.unit());
		}
	}

}
