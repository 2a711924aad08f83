package io.freehold.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.freehold.benchmarks.contender.Contender;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One result, in the form in which JMH writes them.
 *
 * @param workload the simple name of the class and the method, such as
 * {@code Churn.replace}
 * @param contender who was measured
 * @param size the size of the blocks, 0 if they are mixed
 * @param value the score
 * @param error half the width of its confidence interval, NaN if there is none
 * @param unit the unit of both
 */
record Score(String workload, Contender contender, int size, double value, double error, String unit) {

	private static final String PACKAGE = Score.class.getPackageName() + ".";

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	Score(String workload, Contender contender, double value, String unit) {
		this(workload, contender, 0, value, Double.NaN, unit);
	}

	/** Reads a file that JMH or {@link #write} wrote. */
	static List<Score> read(Path file) throws IOException {
		List<Score> scores = new ArrayList<>();
		for (JsonNode result : MAPPER.readTree(Files.readString(file))) {
			JsonNode metric = result.path("primaryMetric");
			JsonNode parameters = result.path("params");
			if (!parameters.has("contender")) {
				// not one of a comparison
				continue;
			}
			scores.add(new Score(result.path("benchmark").asString().replace(PACKAGE, ""),
					Contender.valueOf(parameters.path("contender").asString()),
					Integer.parseInt(parameters.path("size").asString("0")), metric.path("score").asDouble(),
					number(metric.path("scoreError")), metric.path("scoreUnit").asString()));
		}
		return scores;
	}

	/** Writes a file that {@link #read} reads. */
	static void write(Path file, List<Score> scores) throws IOException {
		List<Object> results = new ArrayList<>();
		for (Score score : scores) {
			results.add(Map.of("benchmark", PACKAGE + score.workload(), "params",
					Map.of("contender", score.contender().name(), "size", String.valueOf(score.size())),
					"primaryMetric", Map.of("score", score.value(), "scoreError", String.valueOf(score.error()),
							"scoreUnit", score.unit())));
		}
		Files.createDirectories(file.toAbsolutePath().normalize().getParent());
		Files.writeString(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(results));
	}

	/** JMH writes parameters as text, and so it does NaN. */
	private static double number(JsonNode node) {
		return Double.parseDouble(node.asString());
	}

}
